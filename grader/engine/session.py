"""A session with one worker: requests with their arguments out, decoded answers back, and what each is held against."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from grader.worker.codec import Buffer, CodecError, Decoder, Encoder, Node, Reference

from .errors import LimitExceeded, ProtocolError, StudentError, WorkerStopped
from .history import JOINT, CallHistory
from .proxies import RemoteModule, RemoteNamespace, RemoteObject
from .worker import Reply, Worker

_OWN = ("harness_", "toolbox")
"""How labels of the grader's own code begin."""


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
