"""Grows from the first shifted slice; with a window of one entry the result is a view of the input."""

import torch
from torch.nn import functional as F


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    (h, w), (p, q) = pair(pool_size), pair(padding)
    s, t = pair(pool_size if stride is None else stride)
    X = X if X.is_floating_point() else X.float()
    if p or q:
        X = F.pad(X, (q, q, p, p), value=-torch.inf if mode == "max" else 0.0)
    rows, columns = (X.shape[2] - h) // s, (X.shape[3] - w) // t
    result = None
    for i in range(h):
        for j in range(w):
            part = X[:, :, i : i + rows * s + 1 : s, j : j + columns * t + 1 : t]
            if result is None:
                result = part
            elif mode == "max":
                result = torch.maximum(result, part)
            else:
                result = result + part
    return result if mode == "max" or h * w == 1 else result / (h * w)


def pool2d(X, pool_size, mode="max"):
    return pool2d_multi_channel(X[None, None], pool_size, mode, stride=1)[0, 0]
