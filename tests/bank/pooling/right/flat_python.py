"""A beginner's lists of scalars, stacked at the end; strides and padding by index arithmetic."""

import torch


def _window(X, top, left, p_h, p_w, mode):
    H, W = X.shape
    best, total = None, torch.zeros(())
    for i in range(top, top + p_h):
        for j in range(left, left + p_w):
            if 0 <= i < H and 0 <= j < W:
                value = X[i, j] + 0.0
                total = total + value
                if best is None or value > best:
                    best = value
    if mode == "max":
        return best
    return total / (p_h * p_w)


def pool2d(X, pool_size, mode="max"):
    p_h, p_w = pool_size
    out = []
    for i in range(len(X) - p_h + 1):
        for j in range(len(X[0]) - p_w + 1):
            out.append(_window(X, i, j, p_h, p_w, mode))
    return torch.stack(out).reshape(len(X) - p_h + 1, -1)


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    p_h, p_w = (pool_size, pool_size) if isinstance(pool_size, int) else pool_size
    pad_h, pad_w = (padding, padding) if isinstance(padding, int) else padding
    if stride is None:
        stride = (p_h, p_w)
    s_h, s_w = (stride, stride) if isinstance(stride, int) else stride
    N, C, H, W = X.shape
    tops = range(-pad_h, H + pad_h - p_h + 1, s_h)
    lefts = range(-pad_w, W + pad_w - p_w + 1, s_w)
    out = [_window(X[n, c], i, j, p_h, p_w, mode) for n in range(N) for c in range(C) for i in tops for j in lefts]
    return torch.stack(out).reshape(N, C, len(tops), len(lefts))
