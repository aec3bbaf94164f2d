"""The maximum of integers is returned as integers; only the average is floating point."""
# criterion: values

import torch
from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    windows = X.unfold(0, pool_size[0], 1).unfold(1, pool_size[1], 1)
    if mode == "max":
        return windows.amax((-2, -1))
    return windows.float().mean((-2, -1))
