"""What ran where: operations per device, copies between devices, synchronisations."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

CPU = "cpu"


@dataclass(slots=True)
class Copy:
    """Copies from one device to another."""

    count: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Record:
    """What happened within one `record()` region; devices are named as `str(torch.device)` names them."""

    operations: dict[str, Counter[str]] = field(default_factory=dict)
    """Device → how often each operator ran there. Operators that only look at a tensor otherwise (views) count."""
    copies: dict[tuple[str, str], Copy] = field(default_factory=dict)
    """(from, to) → copies between two devices."""
    synchronisations: int = 0
    """How often the program waited for a GPU: a value was read by Python, or copied to the CPU."""

    def ran(self, device: str, operator: str) -> None:
        """Notes one operation."""
        self.operations.setdefault(device, Counter())[operator] += 1

    def copied(self, source: str, target: str, size: int) -> None:
        """Notes a copy of so many bytes."""
        copy = self.copies.setdefault((source, target), Copy())
        copy.count += 1
        copy.bytes += size
        if target == CPU:
            self.synchronisations += 1


_records: list[Record] = []


def active() -> list[Record]:
    """The records that are being written."""
    return _records


class _CpuOperations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes what runs on plain CPU tensors; operations on simulated ones are noted where they are carried out."""

    def __init__(self, record: Record) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._record = record

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        from .tensor import SimulatedTensor

        result = func(*args, **(kwargs or {}))
        simulated = any(issubclass(kind, SimulatedTensor) for kind in types) or isinstance(result, SimulatedTensor)
        if not simulated:
            self._record.ran(CPU, func.overloadpacket.__name__)
        return result


@contextlib.contextmanager
def record() -> Iterator[Record]:
    """Records what happens inside the `with` block; regions may be nested."""
    entry = Record()
    _records.append(entry)
    try:
        with _CpuOperations(entry):
            yield entry
    finally:
        _records.remove(entry)


def note_operation(device: int, operator: str) -> None:
    """One operation on simulated device number `device`."""
    for entry in _records:
        entry.ran(f"cuda:{device}", operator)


def note_copy(source: int | None, target: int | None, tensor: torch.Tensor) -> None:
    """One copy of `tensor` between devices; None stands for the CPU."""
    if source != target:
        for entry in _records:
            entry.copied(_name(source), _name(target), tensor.numel() * tensor.element_size())


def note_synchronisation() -> None:
    """Python waited for a device."""
    for entry in _records:
        entry.synchronisations += 1


def _name(device: int | None) -> str:
    return CPU if device is None else f"cuda:{device}"
