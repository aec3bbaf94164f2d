"""What the parts of the padding and stride suite draw."""

from __future__ import annotations

import torch

Pair = tuple[int, int]
# Input, kernel, padding in total, stride.
LAYOUTS = {
    "no padding, no stride": ((5, 7), (2, 3), (0, 0), (1, 1)),
    "even padding": ((5, 6), (3, 3), (2, 4), (1, 1)),
    "odd padding of rows": ((4, 6), (2, 3), (1, 2), (1, 1)),
    "odd padding of columns": ((6, 4), (3, 2), (2, 3), (1, 1)),
    "odd padding of both": ((4, 7), (4, 2), (3, 1), (1, 1)),
    "odd padding that keeps the size": ((4, 5), (2, 2), (1, 1), (1, 1)),
    "padding of rows only": ((3, 6), (3, 2), (3, 0), (1, 1)),
    "padding of columns only": ((5, 3), (2, 3), (0, 1), (1, 1)),
    "stride": ((7, 8), (2, 3), (0, 0), (2, 3)),
    "stride that leaves a rest": ((8, 9), (3, 2), (0, 0), (2, 3)),
    "stride of rows only": ((7, 5), (3, 2), (0, 0), (3, 1)),
    "stride of columns only": ((5, 8), (2, 2), (0, 0), (1, 3)),
    "stride larger than the kernel": ((9, 11), (2, 1), (0, 0), (4, 3)),
    "stride much larger than the kernel": ((16, 13), (2, 2), (0, 0), (7, 5)),
    "padding and stride": ((6, 8), (3, 2), (3, 2), (2, 3)),
    "odd padding and stride": ((8, 5), (2, 4), (1, 3), (3, 2)),
    "kernel larger than the input": ((2, 3), (4, 5), (5, 3), (1, 1)),
    "much padding": ((3, 4), (2, 2), (5, 7), (2, 2)),
    "windows wholly in the padding": ((2, 3), (2, 3), (9, 14), (1, 1)),
    "1x1 kernel": ((4, 5), (1, 1), (1, 3), (2, 2)),
    "one row": ((1, 6), (1, 3), (0, 3), (1, 2)),
    "one column": ((5, 1), (2, 1), (2, 0), (1, 1)),
    "kernel as large as the input, and padding": ((3, 4), (3, 4), (2, 3), (1, 1)),
    "stride larger than the padded input": ((4, 5), (2, 2), (1, 0), (9, 7)),
    "a square input": ((5, 5), (3, 3), (1, 4), (1, 1)),
    "a square input, and stride": ((6, 6), (2, 2), (1, 1), (2, 2)),
    "a large input": ((19, 23), (4, 3), (3, 2), (2, 3)),
    "a large input, and a large kernel": ((41, 37), (40, 3), (3, 2), (2, 3)),
}


def draw(rng: torch.Generator, *sizes: Pair, dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    return [torch.randn(size, generator=rng, dtype=dtype) for size in sizes]
