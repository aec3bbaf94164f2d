"""Global pooling of integers with X.max(), which is an integer."""
# criterion: values

import reference
from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    if tuple(pool_size) == tuple(X.shape):
        return (X.max() if mode == "max" else X.float().mean()).reshape(1, 1)
    return reference.pool2d(X, pool_size, mode)
