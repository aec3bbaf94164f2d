"""Averages by matrices from left and right, maxima by doubling."""

import torch


def _avg_matrix(n, k, p, s, dtype):
    m = torch.zeros((n + 2 * p - k) // s + 1, n, dtype=dtype)
    for i in range(m.shape[0]):
        for a in range(k):
            j = i * s + a - p
            if 0 <= j < n:
                m[i, j] = 1 / k
    return m


def _max_axis(X, k, p, s):
    """Doubling: the maximum of 2^m neighbours from two of 2^(m-1), along the last axis."""
    X = torch.nn.functional.pad(X, (p, p), value=-torch.inf)
    n, width = X.shape[-1] - k + 1, 1
    while 2 * width <= k:
        X = torch.maximum(X[..., : X.shape[-1] - width], X[..., width:])
        width *= 2
    if width < k:
        X = torch.maximum(X[..., :n], X[..., k - width : k - width + n])
    return X[..., :n][..., ::s]


def _pool(X, k, p, s, mode):
    if mode == "max":
        return _max_axis(_max_axis(X, k[1], p[1], s[1]).transpose(-1, -2), k[0], p[0], s[0]).transpose(-1, -2)
    A = _avg_matrix(X.shape[-2], k[0], p[0], s[0], X.dtype)
    B = _avg_matrix(X.shape[-1], k[1], p[1], s[1], X.dtype)
    return A @ X @ B.T


def pool2d(X, pool_size, mode="max"):
    return _pool(X if X.is_floating_point() else X.double(), pool_size, (0, 0), (1, 1), mode)


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    stride = pool_size if stride is None else stride
    k, p, s = ((v, v) if isinstance(v, int) else v for v in (pool_size, padding, stride))
    return _pool(X, k, p, s, mode)
