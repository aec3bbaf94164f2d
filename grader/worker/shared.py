"""Large read-only tensors that come by file descriptor instead of through the wire."""

from __future__ import annotations

import math
import mmap
import os
from collections.abc import Sequence

import torch

from .codec import CodecError


class SharedMemory:
    """The descriptors of one frame; maps each as a tensor of private pages: what is written here nobody else sees."""

    def __init__(self, fds: list[int]) -> None:
        self._fds = fds

    def __del__(self) -> None:
        for fd in self._fds:
            os.close(fd)

    def map(self, index: int, dtype: torch.dtype, shape: Sequence[int]) -> torch.Tensor:
        """The tensor behind descriptor `index`: private pages, copied when written."""
        size = math.prod(shape) * dtype.itemsize
        if not 0 <= index < len(self._fds):
            raise CodecError("a descriptor that was not sent")
        if not size:
            return torch.empty(tuple(shape), dtype=dtype)
        memory = mmap.mmap(self._fds[index], size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
        return torch.frombuffer(memory, dtype=dtype).reshape(tuple(shape))
