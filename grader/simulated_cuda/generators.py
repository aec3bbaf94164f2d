"""`torch.Generator(device="cuda")`: a generator of the CPU that belongs to a simulated device."""

from __future__ import annotations

import weakref
from typing import Any

import torch

from .devices import index_of

_Original = torch.Generator
# The C++ side hands operators a Python object of their own for the same generator.
_of_gpus: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()


class _Kind(type(_Original)):  # type: ignore[misc]
    """Generators that torch has made itself are of this class too."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return super().__instancecheck__(instance) or (cls is Generator and isinstance(instance, _Original))


class Generator(_Original, metaclass=_Kind):
    """In the place of `torch.Generator`."""

    _gpu: int | None

    def __new__(cls, device: Any = "cpu") -> Any:
        index = index_of(device)
        if index is None and cls is Generator:
            return _Original(device or "cpu")
        made: Any = _Original.__new__(cls, (device or "cpu") if index is None else "cpu")  # type: ignore[call-arg]
        made._gpu = index
        if index is not None:
            _of_gpus[made._cdata] = made
        return made

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return torch.device("cpu") if self._gpu is None else torch.device("cuda", self._gpu)

    def clone_state(self) -> Any:
        copy = type(self)(self.device)
        copy.set_state(self.get_state())
        return copy

    def __reduce__(self) -> Any:
        return type(self), (self.device,), self.get_state()

    def __setstate__(self, state: Any) -> None:
        self.set_state(state)


def patch() -> None:
    """Replaces `torch.Generator`."""
    torch.Generator = Generator  # type: ignore[misc]


def check(generator: Any) -> None:
    """Raises RuntimeError, as CUDA does, if an operation on a GPU is to draw from a generator of the CPU."""
    if generator is not None and generator._cdata not in _of_gpus:
        raise RuntimeError("Expected a 'cuda' device type for generator but found 'cpu'")
