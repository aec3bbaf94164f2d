"""Averages by an integral image in double precision, maxima by sorting; one class does both."""

import torch
import torch.nn.functional as F


def _two(value):
    return [value] * 2 if isinstance(value, int) else list(value)


class Window:
    def __init__(self, size, padding, stride):
        self.size, self.padding = _two(size), _two(padding)
        self.stride = self.size if stride is None else _two(stride)

    def frame(self, X, value):
        (p, q), (H, W) = self.padding, X.shape[-2:]
        framed = X.new_full((*X.shape[:-2], H + 2 * p, W + 2 * q), value)
        framed[..., p : p + H, q : q + W] = X
        return framed

    def avg(self, X):
        sums = F.pad(self.frame(X.double(), 0.0).cumsum(-1).cumsum(-2), (1, 0, 1, 0))
        h, w = self.size
        total = sums[..., h:, w:] - sums[..., :-h, w:] - sums[..., h:, :-w] + sums[..., :-h, :-w]
        return (total / (h * w))[..., :: self.stride[0], :: self.stride[1]].to(X.dtype)

    def max(self, X):
        (h, w), (s, t) = self.size, self.stride
        windows = self.frame(X, -float("inf")).unfold(-2, h, s).unfold(-2, w, t)
        return windows.flatten(-2).sort(dim=-1, descending=True).values[..., 0]


def pool2d(X, pool_size, mode="max"):
    return pool2d_multi_channel(X, pool_size, mode, stride=1)


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    X = X if X.is_floating_point() else X.float()
    return getattr(Window(pool_size, padding, stride), mode)(X)
