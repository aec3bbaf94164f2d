"""The window's height and width are mixed up in pool2d."""
# criterion: values

import torch
from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    p_w, p_h = pool_size
    windows = X.float().unfold(0, p_h, 1).unfold(1, p_w, 1).flatten(-2)
    return windows.max(-1).values if mode == "max" else windows.mean(-1)
