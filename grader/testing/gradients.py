"""Gradients in unusual surroundings, compared with those in the usual ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from grader.engine.errors import StudentError

from .assertions import check, differs


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
    if not isinstance(result, torch.Tensor) or not result.requires_grad or result.shape != cotangent.shape:
        return [None] * len(leaves)
    return list(torch.autograd.grad(result, leaves, cotangent.to(result.dtype), allow_unused=True))


def _agree(got: Sequence[torch.Tensor | None], expected: Sequence[torch.Tensor | None]) -> bool:
    return not any(
        one is None or other is None or differs(one, other, rtol=1e-3, atol=1e-4)
        for one, other in zip(got, expected, strict=True)
    )
