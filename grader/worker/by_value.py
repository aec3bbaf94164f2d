"""Tensors between a job's own processes where sockets reach nothing that has a name.

torch hands them on as shared memory, whose descriptor the receiver fetches from a socket of the sender's. Without
that, data loaders with worker processes could not return a batch.
"""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from typing import Any

import torch


def send_tensors_by_value() -> None:
    """Sends what CPU tensors hold along with them from now on, as a copy."""
    import torch.multiprocessing.reductions as usual

    def reduce(storage: torch.UntypedStorage) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        if storage.device.type != "cpu" or not storage.nbytes():
            return usual.reduce_storage(storage)  # type: ignore[no-any-return, no-untyped-call]
        array: Any = torch.empty(0, dtype=torch.uint8).set_(storage).numpy()
        return _storage, (array.tobytes(),)

    ForkingPickler.register(torch.UntypedStorage, reduce)


def _storage(data: bytes) -> torch.UntypedStorage:
    return torch.frombuffer(bytearray(data), dtype=torch.uint8).untyped_storage()
