"""What the parts of the pooling suite draw."""

from __future__ import annotations

import pytest
import torch

MODES = ["max", "avg"]
modes = pytest.mark.parametrize("mode", MODES)
# What integers are drawn from: sums of several do not fit into the smaller types.
INTEGERS = {
    "int64": (-5000, 5001),
    "int32": (1 << 30, 1 << 31),
    "int16": (-30_000, -10_000),
    "int8": (60, 128),
    "uint8": (150, 256),
}


def draw(rng: torch.Generator, size: tuple[int, ...], dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(size, generator=rng, dtype=dtype)


def draw_integers(rng: torch.Generator, size: tuple[int, ...], dtype: str) -> torch.Tensor:
    return torch.randint(*INTEGERS[dtype], size, generator=rng).to(getattr(torch, dtype))
