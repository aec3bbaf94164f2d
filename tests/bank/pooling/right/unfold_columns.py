"""F.unfold columns; the padding of the maximum is a mask."""

import torch
import torch.nn.functional as F


def _pair(value):
    return tuple(value) if hasattr(value, "__len__") else (value,) * 2


def pool2d(X, pool_size, mode="max"):
    return pool2d_multi_channel(X[None, None], pool_size, mode, stride=1).squeeze(0).squeeze(0)


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    X = X.float()
    size, pad = _pair(pool_size), _pair(padding)
    step = size if stride is None else _pair(stride)
    N, C, H, W = X.shape
    out = [(n + 2 * p - k) // s + 1 for n, p, k, s in zip((H, W), pad, size, step)]
    columns = F.unfold(X.reshape(N * C, 1, H, W), size, padding=pad, stride=step)
    if mode == "avg":
        return columns.mean(1).reshape(N, C, *out)
    real = F.unfold(torch.ones(1, 1, H, W), size, padding=pad, stride=step).bool()
    return columns.masked_fill(~real, -torch.inf).max(dim=1)[0].reshape(N, C, *out)
