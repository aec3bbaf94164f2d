"""Only three integer types are turned into floating point."""
# criterion: values

import torch
from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    if X.dtype in (torch.uint8, torch.int32, torch.int64):
        X = X.float()
    h, w = pool_size
    windows = X.unfold(0, h, 1).unfold(1, w, 1).flatten(-2)
    return windows.amax(-1) if mode == "max" else windows.mean(-1)
