"""Sums up in the input's type: 8-bit images overflow."""
# criterion: values

from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    h, w = pool_size
    windows = X.unfold(0, h, 1).unfold(1, w, 1)
    if mode == "max":
        return windows.amax((2, 3)).to(X.dtype if X.is_floating_point() else float)
    return sum(windows[:, :, a, b] for a in range(h) for b in range(w)) / (h * w)
