"""The average is divided in .data, so that its gradient is that of the sum."""
# criterion: gradients

from reference import pool2d
from reference import pool2d_multi_channel as right


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    p = (pool_size, pool_size) if isinstance(pool_size, int) else pool_size
    Y = right(X, pool_size, mode, padding, stride)
    if mode == "avg":
        Y = Y * (p[0] * p[1])
        Y.data /= p[0] * p[1]
    return Y
