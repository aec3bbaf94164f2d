"""Assertions whose text is for the student: it names the violated property and no hidden number."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from grader.engine.proxies import RemoteObject

_ROUNDING = 1e-6
"""Of the largest value: some steps of single precision."""


class CheckFailed(AssertionError):
    """A check of a hidden suite failed; the text goes to the student."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A common mistake: the value that it leads to, and the sentence that names it."""

    value: torch.Tensor | Callable[[], torch.Tensor]
    sentence: str


def check(condition: object, message: str) -> None:
    """Fails with `message` unless `condition` holds."""
    if not condition:
        raise CheckFailed(message)


def assert_shape(actual: Any, shape: Sequence[int], what: str) -> None:
    """`actual` is a tensor of this shape; `what` names it for the student ("the result for a 3×4 kernel")."""
    if type(actual) is not torch.Tensor:
        raise CheckFailed(f"{what} is {_kind(actual)}, not a tensor")
    if tuple(actual.shape) != tuple(shape):
        raise CheckFailed(f"{what} has shape {tuple(actual.shape)}; it should be {tuple(shape)}")


def assert_close(
    actual: Any,
    expected: torch.Tensor,
    message: str,
    *,
    rtol: float = 1e-4,
    atol: float = 1e-5,
    mistakes: Sequence[Mistake] = (),
) -> None:
    """`actual` is a floating-point tensor with the values of `expected`, of whatever floating-point type.

    Complex numbers are right only where complex ones are expected. Small values may be off by what rounding does to the
    largest: a Fourier transform, or a product with a matrix, mixes them.

    When it is not, and it equals the value of one of `mistakes`, that mistake's sentence is the message.
    """
    assert_shape(actual, expected.shape, "the result")
    if actual.is_complex() and not expected.is_complex():
        raise CheckFailed("the result is complex; it should be real, a floating-point tensor")
    if not (actual.is_floating_point() or actual.is_complex()):
        raise CheckFailed(f"the result is of type {actual.dtype}; it should be a floating-point tensor")
    if not differs(actual, expected, rtol=rtol, atol=atol):
        return
    atol = max(atol, _ROUNDING * _largest(expected))
    if not differs(actual, expected, rtol=rtol, atol=atol):
        return
    for mistake in mistakes:
        try:
            value = mistake.value() if callable(mistake.value) else mistake.value
        except (RuntimeError, ValueError, IndexError):  # it cannot be made on this input
            continue
        # A mistake that happens to give the right values here explains nothing.
        if differs(value, expected, rtol=rtol, atol=atol) and not differs(actual, value, rtol=rtol, atol=atol):
            raise CheckFailed(mistake.sentence)
    if not torch.isfinite(actual).all() and torch.isfinite(expected).all():
        raise CheckFailed(f"{message} (there are infinite or undefined values in it)")
    raise CheckFailed(message)


def assert_close_elsewhere(
    actual: Any, usual: Callable[[], Any], expected: torch.Tensor, message: str, where: str, *, atol: float = 1e-5
) -> None:
    """`assert_close` for surroundings that `where` names; what `usual` gives in the usual ones is asked for on failure.

    A result that is wrong there too is not wrong because of the surroundings: the text does not name them then.
    """
    try:
        assert_close(actual, expected, f"{message}{where}", atol=atol)
    except CheckFailed:
        assert_close(usual(), expected, message, atol=atol)
        raise


@contextlib.contextmanager
def unchanged(function: str, **tensors: torch.Tensor) -> Iterator[None]:
    """The block leaves these tensors, given by name, as they are: values, shape, type, `requires_grad`, `.grad`."""
    before = {name: tensor.detach().clone() for name, tensor in tensors.items()}
    flags = {name: tensor.requires_grad for name, tensor in tensors.items()}
    yield
    for name, tensor in tensors.items():
        old = before[name]
        check(tensor.shape == old.shape, f"{function} changes the shape of {name}, which it was given")
        check(tensor.dtype == old.dtype, f"{function} changes the type of {name}, which it was given")
        same = torch.allclose(tensor.detach(), old, rtol=0, atol=0, equal_nan=True)
        check(same, f"{function} changes {name} in place")
        now = "requires gradients" if tensor.requires_grad else "no longer requires gradients"
        check(tensor.requires_grad == flags[name], f"{function} changes {name}: it {now} afterwards")
        check(not tensor.is_leaf or tensor.grad is None, f"{function} leaves a gradient in {name}.grad")


def differs(actual: torch.Tensor, expected: torch.Tensor, *, rtol: float = 1e-4, atol: float = 1e-5) -> bool:
    """Whether two tensors differ in shape or, beyond the tolerance, in value."""
    if actual.shape != expected.shape:
        return True
    common = torch.complex128 if actual.is_complex() or expected.is_complex() else torch.float64
    return not torch.allclose(actual.detach().to(common), expected.detach().to(common), rtol=rtol, atol=atol)


def _largest(values: torch.Tensor) -> float:
    finite = values.detach().abs()
    finite = finite[finite.isfinite()]
    return float(finite.max()) if finite.numel() else 0.0


def _kind(value: Any) -> str:
    if value is None:
        return "nothing (is there a `return`?)"
    return f"a {value.type_name if isinstance(value, RemoteObject) else type(value).__name__}"
