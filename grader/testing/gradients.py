"""Gradients compared with the reference's, in the usual surroundings and in others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import torch

from grader.engine.errors import StudentError
from grader.engine.proxies import RemoteObject

from .assertions import CheckFailed, assert_close, assert_shape, check, differs

COTANGENTS = ("summed", "transposed")


def strided_cotangent(kind: str, shape: Sequence[int], rng: torch.Generator) -> torch.Tensor:
    """The cotangent of a result that is summed up, or used with its axes in reverse order: not contiguous in memory.

    A backward pass written by hand gets such ones from the operations that follow; torch's own take any.
    """
    if kind == "summed":
        return torch.ones(()).expand(tuple(shape))
    axes = tuple(reversed(range(len(shape))))
    return torch.randn(tuple(shape)[::-1], generator=rng).permute(axes)


def assert_gradients(
    function: Callable[..., object],
    right: Callable[..., torch.Tensor],
    inputs: Mapping[str, torch.Tensor],
    settings: Sequence[object] = (),
    *,
    rng: torch.Generator,
    wanted: Collection[str] | None = None,
    cotangent: torch.Tensor | None = None,
    before_backward: Callable[[], object] | None = None,
    where: str = "",
) -> None:
    """The gradients of `function(*inputs, *settings)` for the wanted inputs (all by default) are those of `right`.

    They are compared for a random cotangent unless one is given; `before_backward` is called between the two passes.
    """
    wanted = inputs.keys() if wanted is None else wanted
    theirs, ours = ({name: x.clone().requires_grad_(name in wanted) for name, x in inputs.items()} for _ in range(2))
    name, arguments = right.__name__, (*theirs.values(), *settings)
    expected = right(*ours.values(), *settings)
    if cotangent is None:
        cotangent = torch.randn(expected.shape, generator=rng)
    if before_backward is None and isinstance(function, RemoteObject):
        result, gradients = function.value_and_gradients(arguments, cotangent)
    else:
        result = function(*arguments)
        if before_backward is not None:
            before_backward()
        gradients = _pulled_back(result, [x for x in theirs.values() if x.requires_grad], cotangent)
    assert_shape(result, expected.shape, f"the result of {name}")
    if gradients is None:
        inputs_named = " and ".join(name for name in inputs if name in wanted)
        raise CheckFailed(f"{name} cuts the graph{where}: its result does not depend on {inputs_named} for autograd")
    leaves = {name: tensor for name, tensor in ours.items() if tensor.requires_grad}
    values = torch.autograd.grad(expected, list(leaves.values()), cotangent)
    for leaf, gradient, value in zip(leaves, gradients, values, strict=True):
        check(gradient is not None, f"no gradient reaches {leaf}{where}")
        assert_close(gradient, value, f"the gradient of {name} for {leaf} is wrong{where}", rtol=1e-3, atol=1e-4)


def assert_backward_changes_nothing(
    harness: Any,
    function: Callable[..., object],
    name: str,
    right: Callable[..., torch.Tensor],
    inputs: Mapping[str, torch.Tensor],
    settings: Sequence[object],
    rng: torch.Generator,
) -> None:
    """A backward pass through `function(*inputs, *settings)` leaves the inputs and its cotangent as they are.

    `harness` is `harness_gradients.py`. The result has to be right; whether the gradients are, other tests say.
    """
    expected = right(*inputs.values(), *settings)
    cotangent = torch.randn(expected.shape, generator=rng)
    result, after, used = harness.after_backward(function, list(inputs.values()), tuple(settings), cotangent)
    assert_close(result, expected, f"{name} leaves its inputs alone, but its result is wrong")
    for argument, before, now in zip(inputs, inputs.values(), after, strict=True):
        check(not differs(now, before, rtol=0, atol=0), f"the backward pass of {name} changes {argument} in place")
    check(
        not differs(used, cotangent, rtol=0, atol=0),
        f"the backward pass of {name} changes the gradient that it is handed in place",
    )


def assert_gradients_elsewhere(
    here: Callable[..., object],
    usual: Callable[..., object],
    right: Callable[..., torch.Tensor],
    inputs: Sequence[torch.Tensor],
    rng: torch.Generator,
    message: str,
) -> None:
    """The gradients of `here` for a random cotangent are those of `right`, unless `usual`'s are wrong as well.

    What is wrong in the usual surroundings is other tests' business.
    """
    with torch.no_grad():
        cotangent = torch.randn(right(*inputs).shape, generator=rng)
    expected = _gradients(right, inputs, cotangent)
    if _agree(_gradients(here, inputs, cotangent), expected):
        return
    try:
        usually_right = _agree(_gradients(usual, inputs, cotangent), expected)
    except StudentError:
        return
    check(not usually_right, message)


def _gradients(
    function: Callable[..., object], inputs: Sequence[torch.Tensor], cotangent: torch.Tensor
) -> list[torch.Tensor | None]:
    leaves = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    with torch.enable_grad():
        result = function(*leaves)
    return _pulled_back(result, leaves, cotangent) or [None] * len(leaves)


def _pulled_back(
    result: object, leaves: Sequence[torch.Tensor], cotangent: torch.Tensor
) -> list[torch.Tensor | None] | None:
    """The leaves' gradients for a cotangent of the result; None if it is no such tensor, or has no graph."""
    if not isinstance(result, torch.Tensor) or not result.requires_grad or result.shape != cotangent.shape:
        return None
    return list(torch.autograd.grad(result, leaves, cotangent.to(result.dtype), allow_unused=True))


def _agree(got: Sequence[torch.Tensor | None], expected: Sequence[torch.Tensor | None]) -> bool:
    return not any(
        one is None or other is None or differs(one, other, rtol=1e-3, atol=1e-4)
        for one, other in zip(got, expected, strict=True)
    )
