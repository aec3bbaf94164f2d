"""Gradients through the wire: this side's backward pass asks the worker for a vector-Jacobian product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.function import once_differentiable

from .errors import WorkerStopped

if TYPE_CHECKING:
    from .proxies import RemoteObject
    from .session import Session


class _Graph:
    """A graph that the worker keeps for as long as this object lives."""

    def __init__(self, session: Session, number: int, label: str) -> None:
        self._session = session
        self._number = number
        self._label = label

    def backward(self, cotangents: list[torch.Tensor | None]) -> list[torch.Tensor | None]:
        return self._session.backward(self._number, cotangents, self._label)

    def unreadable(self, reason: str) -> WorkerStopped:
        return self._session.unreadable(reason)

    def __del__(self) -> None:
        self._session.released_graphs.append(self._number)


class _RemoteGraph(torch.autograd.Function):
    """Ties tensors that have come from the worker to the arguments that they were computed from."""

    @staticmethod
    def forward(ctx: Any, _anchor: torch.Tensor, graph: _Graph, count: int, *tensors: torch.Tensor) -> Any:
        ctx.graph = graph
        ctx.arguments = [(t.shape, t.dtype) for t in tensors[count:]]
        ctx.set_materialize_grads(False)
        return tuple(tensor.view_as(tensor) for tensor in tensors[:count])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *cotangents: torch.Tensor | None) -> Any:
        gradients = ctx.graph.backward(list(cotangents))
        if len(gradients) != len(ctx.arguments):
            raise ctx.graph.unreadable("another number of gradients than there are arguments")
        for gradient, (shape, _dtype) in zip(gradients, ctx.arguments, strict=True):
            if gradient is not None and gradient.shape != shape:
                raise ctx.graph.unreadable("a gradient of another shape than its argument")
        return None, None, None, *([None] * len(cotangents)), *map(_fitting, gradients, ctx.arguments)


def _fitting(gradient: torch.Tensor | None, argument: tuple[torch.Size, torch.dtype]) -> torch.Tensor | None:
    return None if gradient is None else gradient.to(argument[1])


def differentiable_call(
    session: Session,
    function: RemoteObject,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    method: str | None,
    keep: bool,
) -> Any:
    """Calls `function` in the worker, or the method of this name that it has.

    Tensors in the result that depend on arguments or parameters can go backward.
    """
    grad = torch.is_grad_enabled()
    value, outputs, number, arguments = session.call_once(function, args, kwargs, method=method, grad=grad, keep=keep)
    if number is None or not outputs:
        return value
    anchor = torch.empty(0, requires_grad=True)
    leaves = [tensor for tensor in arguments if tensor.requires_grad]
    with torch.enable_grad():
        graph = _Graph(session, number, function.label)
        tied = _RemoteGraph.apply(anchor, graph, len(outputs), *outputs, *leaves)
    return _replaced(value, dict(zip(map(id, outputs), tied, strict=True)))


def _replaced(value: Any, tied: dict[int, torch.Tensor]) -> Any:
    if isinstance(value, torch.Tensor):
        return tied.get(id(value), value)
    if type(value) is tuple:
        return tuple(_replaced(item, tied) for item in value)
    if type(value) is list:
        return [_replaced(item, tied) for item in value]
    return {key: _replaced(item, tied) for key, item in value.items()} if type(value) is dict else value
