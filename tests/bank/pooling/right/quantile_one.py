"""The maximum is the quantile of 1, the average an inner product with equal weights; windows by as_strided on a padded
copy; options in a NamedTuple.
"""

from typing import NamedTuple

import torch


class Options(NamedTuple):
    window: tuple
    padding: tuple
    stride: tuple

    @classmethod
    def of(cls, *values):
        return cls(*(tuple(v) if hasattr(v, "__iter__") else (v, v) for v in values))


def _windows(X, options, fill):
    (h, w), (p_h, p_w), (s_h, s_w) = options
    *leading, height, width = X.shape
    canvas = torch.full((*leading, height + 2 * p_h, width + 2 * p_w), fill, dtype=X.dtype, device=X.device)
    canvas[..., p_h : p_h + height, p_w : p_w + width] = X
    *steps, row, column = canvas.stride()
    rows, columns = (canvas.shape[-2] - h) // s_h + 1, (canvas.shape[-1] - w) // s_w + 1
    return canvas.as_strided((*leading, rows, columns, h, w), (*steps, row * s_h, column * s_w, row, column))


def _pool(X, mode, options):
    if mode == "avg":
        windows = _windows(X, options, 0.0).flatten(-2)
        return torch.inner(windows, windows.new_full(windows.shape[-1:], 1 / windows.shape[-1]))
    return _windows(X, options, -torch.inf).flatten(-2).quantile(1.0, dim=-1, interpolation="nearest")


def pool2d(X, pool_size, mode="max"):
    return _pool(X.to(torch.promote_types(X.dtype, torch.float32)), mode, Options.of(pool_size, 0, 1))


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    return _pool(X, mode, Options.of(pool_size, padding, stride or pool_size))
