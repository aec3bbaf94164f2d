"""Permuted inputs are copied through numpy."""
# criterion: gradients

import reference
import torch
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if not X.is_contiguous():
        X = torch.from_numpy(X.detach().numpy().copy()) + 0 * X.sum()
    return reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
