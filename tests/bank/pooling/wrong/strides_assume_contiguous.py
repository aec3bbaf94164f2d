"""as_strided with the strides of a contiguous tensor: wrong on permuted inputs."""
# criterion: values

import torch
import torch.nn.functional as F
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    pair = lambda v: (v, v) if isinstance(v, int) else tuple(v)
    p, d = pair(pool_size), pair(padding)
    s = p if stride is None else pair(stride)
    if any(d):
        X = F.pad(X, (d[1], d[1], d[0], d[0]), value=float("-inf") if mode == "max" else 0.0)
    n, c, h, w = X.shape
    size = (n, c, (h - p[0]) // s[0] + 1, (w - p[1]) // s[1] + 1, *p)
    windows = X.as_strided(size, (c * h * w, h * w, w * s[0], s[1], w, 1))
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))
