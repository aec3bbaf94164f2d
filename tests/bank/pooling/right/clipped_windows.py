"""No padding at all: windows are clipped at the border; the average divides by the full size. Class-based."""

import torch


class Pool:
    def __init__(self, size, stride, padding):
        self.size, self.stride, self.padding = size, stride, padding

    def spans(self, n, axis):
        k, s, p = self.size[axis], self.stride[axis], self.padding[axis]
        for start in range(-p, n + p - k + 1, s):
            yield slice(max(start, 0), min(start + k, n))

    def __call__(self, X):
        rows = list(self.spans(X.shape[-2], 0))
        columns = list(self.spans(X.shape[-1], 1))
        values = [self.reduce(X[..., r, c].flatten(-2)) for r in rows for c in columns]
        return torch.stack(values, -1).unflatten(-1, (len(rows), len(columns)))


class MaxPool(Pool):
    def reduce(self, window):
        return window.sort(-1, descending=True).values[..., 0]


class AvgPool(Pool):
    def reduce(self, window):
        return window.sum(-1) / (self.size[0] * self.size[1])


POOLS = {"max": MaxPool, "avg": AvgPool}


def both(value):
    return value if isinstance(value, (tuple, list)) else (value, value)


def pool2d(X, pool_size, mode="max"):
    return POOLS[mode](pool_size, (1, 1), (0, 0))(X * 1.0)


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if stride is None:
        stride = pool_size
    return POOLS[mode](both(pool_size), both(stride), both(padding))(X)
