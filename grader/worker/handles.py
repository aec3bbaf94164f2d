"""Objects that stay in the worker and are known outside by number."""

from __future__ import annotations

import inspect

import torch

from .codec import CodecError, Reference


class Handles:
    """The worker's table of objects that the trusted side may name; capped, emptied after each test."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._next = 1
        self._objects: dict[int, object] = {}
        self._pinned: set[int] = set()

    def refer(self, value: object) -> Reference:
        """Keeps `value` and returns the reference by which it is known from now on."""
        if len(self._objects) >= self._limit:
            raise CodecError(f"more than {self._limit} objects were returned in one test")
        number = self._next
        self._next += 1
        self._objects[number] = value
        return Reference(number, _kind(value), *_names(value))

    def pin(self, reference: Reference) -> None:
        """Keeps this object beyond the test."""
        self._pinned.add(reference.id)

    def resolve(self, reference: Reference) -> object:
        """The object of `reference`; raises `CodecError` when there is none."""
        try:
            return self._objects[reference.id]
        except KeyError:
            raise CodecError(f"there is no object number {reference.id}") from None

    def release(self, numbers: list[int]) -> None:
        """Lets go of the objects with these numbers, unless they are pinned."""
        for number in numbers:
            if number not in self._pinned:
                self._objects.pop(number, None)

    def clear(self) -> None:
        """Lets go of everything that is not pinned."""
        self._objects = {number: self._objects[number] for number in self._pinned}


def _kind(value: object) -> str:
    if isinstance(value, torch.nn.Module):
        return "module"
    if isinstance(value, torch.Tensor):
        return "tensor"
    if inspect.isclass(value):
        return "class"
    return "callable" if callable(value) else "object"


def _names(value: object) -> tuple[str, tuple[str, ...]]:
    cls = value if isinstance(value, type) else type(value)
    return cls.__name__[:200], tuple(base.__name__[:200] for base in cls.__mro__[1:50])
