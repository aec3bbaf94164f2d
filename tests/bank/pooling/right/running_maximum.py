"""Shifted slices and torch.maximum; an Enum and a dict of functions for the modes; default type double."""

from __future__ import annotations

import operator
from enum import Enum
from functools import reduce
from itertools import product

import torch

torch.set_default_dtype(torch.float64)


class Mode(str, Enum):
    MAX = "max"
    AVG = "avg"


JOIN = {Mode.MAX: torch.maximum, Mode.AVG: operator.add}
EMPTY = {Mode.MAX: -torch.inf, Mode.AVG: 0}


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    mode = Mode(mode)
    pool_size, padding, stride = (
        [v, v] if isinstance(v, int) else list(v) for v in (pool_size, padding, pool_size if stride is None else stride)
    )
    (h, w), (p, q), (s, t) = pool_size, padding, stride
    X = torch.as_tensor(X, dtype=torch.get_default_dtype())
    *batch, H, W = X.shape
    canvas = torch.full((*batch, H + 2 * p, W + 2 * q), float(EMPTY[mode]))
    canvas[..., p : p + H, q : q + W] = X
    rows, columns = (H + 2 * p - h) // s, (W + 2 * q - w) // t
    parts = (
        canvas[..., a : a + rows * s + 1 : s, b : b + columns * t + 1 : t] for a, b in product(range(h), range(w))
    )
    Y = reduce(JOIN[mode], parts)
    return Y if mode is Mode.MAX else Y / (h * w)


def pool2d(X, pool_size, mode: str = "max"):
    return pool2d_multi_channel(X, pool_size, mode, stride=(1, 1)) + 0.0
