"""Rows first, then columns: both modes are separable. In double precision inside."""

from functools import reduce

import torch


def _along(X, axis, size, stride, padding, mode):
    fill = -torch.inf if mode == "max" else 0.0
    shape = list(X.shape)
    shape[axis] = padding
    edge = X.new_full(shape, fill)
    X = torch.cat([edge, X, edge], axis)
    count = (X.shape[axis] - size) // stride + 1
    pieces = [X.narrow(axis, k, (count - 1) * stride + 1) for k in range(size)]
    pieces = [piece.index_select(axis, torch.arange(0, piece.shape[axis], stride)) for piece in pieces]
    return reduce(torch.maximum, pieces) if mode == "max" else sum(pieces) / size


def pool2d(X, pool_size, mode="max"):
    X = X.double()
    for axis, size in enumerate(pool_size):
        X = _along(X, axis, size, 1, 0, mode)
    return X


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    size, pad, step = ([v, v] if isinstance(v, int) else v for v in (pool_size, padding, stride))
    step = step or size
    for axis in (0, 1):
        X = _along(X, axis + 2, size[axis], step[axis], pad[axis], mode)
    return X
