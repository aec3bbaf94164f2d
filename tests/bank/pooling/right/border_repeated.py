"""Max pooling pads by repeating the border, which is never larger; a tournament of torch.where."""

import torch
import torch.nn.functional as F
from functools import reduce


def _reduce(parts, op):
    """Pairwise, as in a tournament."""
    if len(parts) == 1:
        return parts[0]
    return op(_reduce(parts[: len(parts) // 2], op), _reduce(parts[len(parts) // 2 :], op))


def _pool(X, k, s, mode):
    H, W = (X.shape[-2] - k[0]) // s[0] + 1, (X.shape[-1] - k[1]) // s[1] + 1
    parts = [
        X[..., a : a + s[0] * (H - 1) + 1 : s[0], b : b + s[1] * (W - 1) + 1 : s[1]]
        for a in range(k[0])
        for b in range(k[1])
    ]
    if mode == "max":
        return _reduce(parts, lambda a, b: torch.where(a >= b, a, b))
    return _reduce(parts, torch.add) * (1 / (k[0] * k[1]))


def pool2d(X, pool_size, mode="max"):
    return _pool(X.double() if not X.is_floating_point() else X, pool_size, (1, 1), mode)


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    def two(n):
        return n if hasattr(n, "__len__") else (n, n)

    k, (p, q), s = two(pool_size), two(padding), two(stride or pool_size)
    if mode == "max":
        X = F.pad(X, (q, q, p, p), mode="replicate")
    else:
        X = F.pad(X, (q, q, p, p))
    return _pool(X, k, s, mode)
