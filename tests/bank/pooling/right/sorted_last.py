"""The last of the sorted entries: the result is a view with strides."""

import torch.nn.functional as F


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def pool2d(X, pool_size, mode="max"):
    return pool2d_multi_channel(X[None, None], pool_size, mode, 0, 1)[0, 0]


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    X = X if X.is_floating_point() else X.float()
    (h, w), (p, q) = _pair(pool_size), _pair(padding)
    s, t = (h, w) if stride is None else _pair(stride)
    X = F.pad(X, (q, q, p, p), value=float("-inf") if mode == "max" else 0.0)
    windows = X.unfold(2, h, s).unfold(3, w, t).flatten(4)
    return windows.sort(-1).values[..., -1] if mode == "max" else windows.sum(-1) / (h * w)
