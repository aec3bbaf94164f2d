"""A 1x1 window is a slice of X.data."""
# criterion: gradients

import reference
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if pool_size in ((1, 1), 1):
        X = X.data + 0 * X.sum()
    return reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
