"""Objects of the worker as they look from a suite: attributes, calls, modules, gradients. What comes back is data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import torch

from grader.worker.codec import Node, Reference

if TYPE_CHECKING:
    from .session import Session


class RemoteObject:
    """An object that stays in the worker."""

    def __init__(self, session: Session, reference: Reference, label: str) -> None:
        self._session = session
        self._reference = reference
        self._label = label

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        message = {"op": "getattr", "target": self._node(), "name": name}
        return self._session.ask(message, label=f"{self._label}.{name}" if self._label else name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._session.call(self, args, kwargs)

    def value_and_gradients(
        self, args: Sequence[Any], cotangent: torch.Tensor
    ) -> tuple[Any, list[torch.Tensor | None] | None]:
        """Calls it with `args` and goes backward from its result at once: the result, and the arguments' gradients.

        There is one for each tensor of `args` that requires any, in order; None for all if the result is no tensor of
        the cotangent's shape that depends on something for autograd. The result itself cannot go backward any more.
        """
        return self._session.value_and_gradients(self, args, cotangent)

    def by_reference(self, *args: Any, **kwargs: Any) -> RemoteObject:
        """Calls it, but leaves the result in the worker, a tensor too."""
        return self._session.remote(self._session.call(self, args, kwargs, keep=True))

    def called_again(self, first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, Any]:
        """Calls it with `first`, writes the tensors of `second` into the same tensors, and calls it with them again.

        Both results as they are after the second call, without gradients.
        """
        results = self._session.tool("call_twice", self, list(first), list(second))
        if type(results) is not tuple or len(results) != 2:
            raise self._session.unreadable("two results were expected")
        return results

    def __getitem__(self, key: Any) -> Any:
        return self._session.tool("getitem", self, key)

    def __len__(self) -> int:
        length = self._session.tool("length", self)
        if type(length) is not int or not 0 <= length < 2**31:
            raise self._session.unreadable("a length that is none")
        return length

    def __iter__(self) -> Iterator[Any]:
        return iter(self._list(self._session.tool("items", self, 10_000)))

    def _list(self, value: Any) -> list[Any]:
        if type(value) is not list:
            raise self._session.unreadable("a list was expected")
        return value

    def set(self, name: str, value: Any) -> None:
        """Sets an attribute of the object."""
        self._session.tool("setattr_", self, name, value)

    @property
    def type_name(self) -> str:
        """The name of the object's class (of the class itself, if it is one)."""
        return self._reference.type_name

    def is_a(self, name: str) -> bool:
        """Whether the object's class or one of its base classes has this name."""
        return name == self._reference.type_name or name in self._reference.bases

    @property
    def kind(self) -> str:
        """`module`, `tensor`, `class`, `callable` or `object`."""
        return self._reference.kind

    @property
    def label(self) -> str:
        """How the submission names what this is or came from."""
        return self._label

    def _node(self) -> Node:
        return {"t": "ref", "id": self._reference.id}

    def __repr__(self) -> str:
        return f"<{self._reference.kind} {self._reference.type_name} in the worker>"

    def __del__(self) -> None:
        self._session.released.append(self._reference.id)


class RemoteNamespace(RemoteObject):
    """A Python module in the worker. Its functions and classes are fetched once, as by `from … import …`."""

    def __init__(self, session: Session, reference: Reference, label: str) -> None:
        super().__init__(session, reference, label)
        self._fetched: dict[str, RemoteObject] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.fetch(name)

    def fetch(self, name: str) -> Any:
        """What the module has by this name, also where this class has something of that name itself."""
        if name in self._fetched:
            return self._fetched[name]
        message = {"op": "getattr", "target": self._node(), "name": name, "pin": True}
        value = self._session.ask(message, label=f"{self._label}.{name}" if self._label else name)
        if isinstance(value, RemoteObject) and value.kind in ("callable", "class"):
            self._fetched[name] = value
        return value


class RemoteModule(RemoteObject):
    """An `nn.Module` that stays in the worker; what is read from it are copies."""

    def train(self, mode: bool = True) -> Any:
        """Calls the module's `train`."""
        return self._session.call(self, (mode,), {}, method="train")

    def eval(self) -> Any:
        """Calls the module's `eval`."""
        return self._session.call(self, (), {}, method="eval")

    def double(self) -> Any:
        """Calls the module's `double`."""
        return self._session.call(self, (), {}, method="double")

    def zero_grad(self) -> None:
        """Calls the module's `zero_grad`."""
        self._session.call(self, (), {}, method="zero_grad")

    def state_dict(self) -> dict[str, torch.Tensor]:
        """Parameters and buffers by name."""
        return self._tensors("state_dict")

    def load_state_dict(self, values: dict[str, torch.Tensor]) -> None:
        """Copies values into parameters and buffers of the same names."""
        self._session.tool("load_state_dict", self, values)

    def named_parameters(self) -> dict[str, torch.Tensor]:
        """Registered parameters by name, in registration order."""
        return self._tensors("named_parameters")

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of registered parameters by name, without their values."""
        shapes = self._dict("parameter_shapes", (tuple,))
        if not all(type(size) is int and 0 <= size < 2**40 for shape in shapes.values() for size in shape):
            raise self._session.unreadable("shapes were expected")
        # Whoever fills them does so here, where nothing watches memory; a shape alone costs the worker nothing.
        self._session.check_numbers(sum(map(math.prod, shapes.values())))
        return shapes

    def named_buffers(self) -> dict[str, torch.Tensor]:
        """Registered buffers by name."""
        return self._tensors("named_buffers")

    def gradients(self) -> dict[str, torch.Tensor | None]:
        """The gradient of each registered parameter after a backward pass."""
        return self._dict("gradients", (torch.Tensor, type(None)))

    def set_parameters(self, values: dict[str, torch.Tensor]) -> None:
        """Writes values into registered parameters by name."""
        self._session.tool("set_parameters", self, values)

    def devices(self) -> dict[str, str]:
        """The device of each registered parameter and buffer."""
        return self._dict("devices", (str,))

    def training_modes(self) -> list[bool]:
        """The `training` flag of the module and every module inside."""
        return self._list(self._session.tool("training_modes", self))

    def layer_types(self) -> list[list[str]]:
        """Class and base class names of the module and every module inside."""
        return self._list(self._session.tool("layer_types", self))

    def _tensors(self, tool: str) -> dict[str, torch.Tensor]:
        return self._dict(tool, (torch.Tensor,))

    def _dict(self, tool: str, types: tuple[type, ...]) -> dict[str, Any]:
        value = self._session.tool(tool, self)
        if type(value) is not dict or not all(type(item) in types for item in value.values()):
            raise self._session.unreadable("a dict was expected")
        return {str(name): item for name, item in value.items()}
