"""A map of one column loses its last axis."""
# criterion: shapes

import reference
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    Y = reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
    return Y[..., 0] if X.shape[3] == 1 and X.shape[2] > 1 else Y
