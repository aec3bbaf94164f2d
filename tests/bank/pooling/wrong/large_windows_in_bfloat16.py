"""Averages of large windows are added up in half precision."""
# criterion: values

import reference
import torch
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    h, w = (pool_size, pool_size) if isinstance(pool_size, int) else pool_size
    if h * w > 30:
        return reference.pool2d_multi_channel(X.bfloat16(), pool_size, mode, padding, stride).float()
    return reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
