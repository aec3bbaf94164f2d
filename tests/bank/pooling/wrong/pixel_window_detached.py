"""A 1x1 window returns a copy without a graph."""
# criterion: gradients

import reference
import torch
from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    if tuple(pool_size) == (1, 1):
        return torch.tensor(X.tolist())
    return reference.pool2d(X, pool_size, mode)
