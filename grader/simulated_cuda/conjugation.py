"""Lazily conjugated and negated values, `x.conj()` and `x.conj().imag`: a bit says how to read what is in memory.

torch resolves them ahead of an operation that would not look at the bit. It does so above the point where a simulated
tensor takes over, so that one carries the bits of what it holds; and below it no more, unless it is told to.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

import torch


def mark(tensor: torch.Tensor, held: torch.Tensor) -> None:
    """Sets on `tensor` the bits of `held`."""
    torch._C._set_conj(tensor, held.is_conj())
    torch._C._set_neg(tensor, held.is_neg())


def resolved(values: Iterable[Any]) -> contextlib.AbstractContextManager[None]:
    """Has torch resolve them here too: the steps of an operation on complex values may make others that are lazy."""
    if any(isinstance(value, torch.Tensor) and value.dtype.is_complex for value in values):
        return _resolved()
    return contextlib.nullcontext()


@contextlib.contextmanager
def _resolved() -> Iterator[None]:
    keys = torch._C.DispatchKey
    with (
        torch._C._SetExcludeDispatchKeyGuard(keys.Conjugate, False),
        torch._C._SetExcludeDispatchKeyGuard(keys.Negative, False),
    ):
        yield
