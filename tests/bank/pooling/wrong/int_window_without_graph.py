"""Where the window is an int, the input is copied without its graph."""
# criterion: gradients

from reference import *
from reference import pool2d_multi_channel as p


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if isinstance(pool_size, int):
        return p(X.detach().clone(), pool_size, mode, padding, stride)
    return p(X, pool_size, mode, padding, stride)
