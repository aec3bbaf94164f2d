"""Objects of the worker as they look from a suite: attributes, calls, modules, gradients. What comes back is data."""

from __future__ import annotations

import ast
import functools
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from grader.worker.codec import Buffer, CodecError, Decoder, Encoder, Node, Reference

from .errors import LimitExceeded, ProtocolError, StudentError, WorkerStopped
from .history import JOINT, CallHistory
from .worker import Reply, Worker

_OWN = ("harness_", "toolbox")
"""How labels of the grader's own code begin."""


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


class Session:
    """Speaks with one worker for the length of one or more tests."""

    def __init__(self, worker: Worker, history: CallHistory) -> None:
        self.worker = worker
        self.functions: set[str] = set()
        """The submission's functions and classes that the test has used."""
        self.released: list[int] = []
        self.released_graphs: list[int] = []
        self.budget = 1.0
        self.observing = False
        """Whether calls of the test do to the arguments here what they did to the worker's copies."""
        self._history = history
        self._asked = ""
        """The function that the last request was about."""
        self._begin_test: int | None = None
        self._namespaces: dict[str, RemoteNamespace] = {}

    def begin_test(self, seed: int) -> None:
        """The worker forgets what earlier tests left, and seeds its generators, before the next request."""
        self._begin_test = seed
        self.released.clear()
        self.released_graphs.clear()
        self.functions.clear()
        self.observing = False
        self.budget = 1.0

    def load(self, name: str) -> RemoteNamespace:
        """The submission's module `name`; raises `StudentError` if it cannot be imported."""
        return self._namespace(f"submission/{name}", lambda: {"op": "load", "name": name}, "")

    def harness(self, path: Path) -> RemoteNamespace:
        """Runs a suite's own source in the worker, beside student code, as a module; what it imports first."""
        name = path.stem
        return self._namespace(f"suite/{name}", lambda: {"op": "harness", "sources": _sources(path)}, name)

    def tool(self, name: str, *args: Any) -> Any:
        """Calls a function of `grader.worker.toolbox` there, without gradients."""
        toolbox = self._namespace("toolbox", lambda: {"op": "toolbox"}, "toolbox")
        with torch.no_grad():
            return self.remote(getattr(toolbox, name))(*args)

    def _namespace(self, key: str, request: Callable[[], dict[str, Any]], label: str) -> RemoteNamespace:
        """A module that the worker keeps for as long as it lives, asked for once."""
        if key not in self._namespaces:
            found = self.remote(self.ask(request(), label))
            self._namespaces[key] = RemoteNamespace(self, found._reference, label)
        return self._namespaces[key]

    def remote(self, value: Any) -> RemoteObject:
        """`value`, which has to be an object of the worker; anything else is a lie of the worker's and ends it."""
        if not isinstance(value, RemoteObject):
            raise self.unreadable("another kind of value was expected")
        return value

    def check_numbers(self, count: int) -> None:
        """Ends the worker if its parameters hold more numbers than could be sent."""
        most_mb = self.worker.limits.reply_mb
        if count * torch.get_default_dtype().itemsize > most_mb << 20:
            raise self.worker.stop(LimitExceeded(f"stopped: the parameters take more than {most_mb} MB"))

    def unreadable(self, reason: object) -> WorkerStopped:
        """Ends the worker because it answers what no honest one would."""
        stopped = self.worker.stop(ProtocolError(f"stopped: the answer could not be read ({reason})"))
        self._history.breach(self._asked, stopped)
        return stopped

    def ask(self, message: dict[str, Any], label: str) -> Any:
        """A request without arguments; the decoded answer."""
        return self._decode(self._request(message, [], [], label), label, [])

    def call(
        self,
        function: RemoteObject,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        method: str | None = None,
        keep: bool = False,
    ) -> Any:
        """Calls a remote function, or a method, under this side's grad mode; results stay differentiable."""
        from .autograd import differentiable_call

        return differentiable_call(self, function, args, kwargs, method=method, keep=keep)

    def call_once(
        self,
        function: RemoteObject,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        method: str | None,
        grad: bool,
        keep: bool,
    ) -> tuple[Any, list[torch.Tensor], int | None, list[torch.Tensor]]:
        """One call: the result, its differentiable tensors, their graph, and the tensor arguments in order."""
        encoder = _ArgumentEncoder()
        message: dict[str, Any] = {"op": "call", "target": function._node(), "grad": grad}
        if method is not None:
            message["method"] = method
        message["args"], message["kwargs"] = encoder.encode(list(args)), encoder.encode(kwargs)
        if keep:
            message["keep"] = True
        if self.observing:
            message["observe"] = True
        about = self._about(function.label, encoder.labels)
        reply = self._request(message, encoder.buffers, encoder.fds, about)
        outputs: list[torch.Tensor] = []
        value = self._decode(reply, about, outputs)
        if self.observing:
            self._apply_changes(reply, encoder.tensors)
        return value, outputs, reply.graph, encoder.tensors

    def value_and_gradients(
        self, function: RemoteObject, args: Sequence[Any], cotangent: torch.Tensor
    ) -> tuple[Any, list[torch.Tensor | None] | None]:
        """Call and backward pass in one request: the result, and the gradients of the arguments that require any."""
        encoder = _ArgumentEncoder()
        message: dict[str, Any] = {"op": "vjp", "target": function._node(), "args": encoder.encode(list(args))}
        leaves = [tensor for tensor in encoder.tensors if tensor.requires_grad]
        message["cotangent"] = encoder.encode(cotangent)
        reply = self._request(message, encoder.buffers, encoder.fds, function.label)
        value = self._decode(reply, function.label, [])
        if type(value) is not tuple or len(value) != 2:
            raise self.unreadable("a result and gradients were expected")
        result, gradients = value
        if gradients is not None:
            self._check_gradients(gradients, leaves)
        return result, gradients

    def _check_gradients(self, gradients: object, leaves: Sequence[torch.Tensor]) -> None:
        if type(gradients) is not list or len(gradients) != len(leaves):
            raise self.unreadable("gradients were expected")
        for gradient, leaf in zip(gradients, leaves, strict=True):
            if gradient is not None and (type(gradient) is not torch.Tensor or gradient.shape != leaf.shape):
                raise self.unreadable("a gradient of another shape than its argument")

    def backward(self, graph: int, cotangents: list[torch.Tensor | None], label: str) -> list[torch.Tensor | None]:
        """Runs the worker's backward pass; the gradients of the call's differentiable arguments in their order."""
        encoder = Encoder()
        message = {"op": "backward", "graph": graph, "cotangents": encoder.encode(cotangents)}
        gradients = self._decode(self._request(message, encoder.buffers, [], self._about(label, [])), label, [])
        if not isinstance(gradients, list) or not all(g is None or type(g) is torch.Tensor for g in gradients):
            raise self.unreadable("gradients were expected")
        return gradients

    def _about(self, label: str, given: list[str]) -> str:
        """What a call is held against: for the grader's own code beside the submission's, the functions it was given.

        Were it the harness itself, one function that hangs would stop the tests of all that are tested through it.
        """
        if not label.startswith(_OWN):
            return label
        theirs = dict.fromkeys(other.partition(".")[0] for other in given if other and not other.startswith(_OWN))
        return JOINT.join(theirs) or label.replace(".", " ")

    def _request(self, message: dict[str, Any], buffers: list[Buffer], fds: list[int], label: str) -> Reply:
        top = self._asked = label.partition(".")[0]
        if self.worker.stopped is not None:
            raise self.worker.stopped
        self._history.check(top)
        if self._begin_test is not None:
            message["begin_test"], self._begin_test = self._begin_test, None
        if self.released:
            message["release"], self.released = self.released, []
        if self.released_graphs:
            message["release_graphs"], self.released_graphs = self.released_graphs, []
        self.functions.update((top, *top.split(JOINT)))
        try:
            with self._history.call(top):
                return self.worker.request(message, buffers, fds, budget=self.budget)
        except StudentError as error:
            if message["op"] == "getattr" and isinstance(error, AttributeError) and not error.frames:
                raise _missing(message["name"], error) from None
            raise
        finally:
            if self.worker.forbidden_calls:
                self._history.forbidden.setdefault(top, set()).update(self.worker.forbidden_calls)

    def _decode(self, reply: Reply, label: str, outputs: list[torch.Tensor]) -> Any:
        def place(tensor: torch.Tensor, node: dict[str, Any]) -> torch.Tensor:
            if node.get("grad") is True and (tensor.is_floating_point() or tensor.is_complex()):
                outputs.append(tensor)
            return tensor

        def resolve(reference: Reference) -> RemoteObject:
            cls = RemoteModule if reference.kind == "module" else RemoteObject
            return cls(self, reference, label)

        try:
            return Decoder(reply.buffers, resolve, place=place).decode(reply.value)
        except CodecError as error:
            raise self.unreadable(error) from error

    def _apply_changes(self, reply: Reply, tensors: list[torch.Tensor]) -> None:
        """Does to this side's arguments what the call did to its copies."""
        decoder = Decoder(reply.buffers, lambda _reference: None)
        for change in reply.changes:
            index = change.get("index") if isinstance(change, dict) else None
            if type(index) is not int or not 0 <= index < len(tensors):
                raise self.unreadable(CodecError("a change of no argument"))
            try:
                value = decoder.decode(change["value"]) if "value" in change else None
                grad = decoder.decode(change["grad"]) if "grad" in change else None
            except CodecError as error:
                raise self.unreadable(error) from error
            _change(tensors[index], value, grad, change.get("requires_grad"))


class _ArgumentEncoder(Encoder):
    """Encodes arguments: proxies as references, tensors as values; remembers the tensors and the proxies' labels."""

    def __init__(self) -> None:
        super().__init__()
        self.tensors: list[torch.Tensor] = []
        self.labels: list[str] = []

    def encode(self, value: object, depth: int = 0) -> Node:
        if not isinstance(value, RemoteObject):
            return super().encode(value, depth)
        self.labels.append(value.label)
        return value._node()

    def tensor(self, value: torch.Tensor) -> dict[str, Any]:
        """The node of the tensor, which is remembered."""
        self.tensors.append(value)
        return super().tensor(value)


@functools.cache
def _sources(path: Path) -> dict[str, str]:
    """A harness and the other harnesses of its folder that it imports by name, each before who needs it."""
    text = path.read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("harness_"):
            found |= _sources(path.with_name(f"{node.module}.py"))
    return found | {path.stem: text}


def _change(tensor: torch.Tensor, value: object, grad: object, requires_grad: object) -> None:
    with torch.no_grad():
        if type(value) is torch.Tensor:
            if (value.shape, value.dtype) == (tensor.shape, tensor.dtype):
                tensor.copy_(value)
            else:
                tensor.requires_grad_(tensor.requires_grad and value.is_floating_point())
                tensor.data = value
        if type(grad) is torch.Tensor and grad.shape == tensor.shape and tensor.is_floating_point():
            tensor.grad = grad.to(tensor.dtype)
    if type(requires_grad) is bool and tensor.is_leaf and (tensor.is_floating_point() or not requires_grad):
        tensor.requires_grad_(requires_grad)


def _missing(name: str, error: StudentError) -> StudentError:
    missing = type(error)(f"there is no {name}")
    missing.type_name, missing.text = error.type_name, f"there is no `{name}`"
    return missing
