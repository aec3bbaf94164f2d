"""The axes of a single image with a single channel are lost."""
# criterion: shapes

import reference
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    Y = reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
    return Y.squeeze(0) if X.shape[:2] == (1, 1) and Y.shape[2] > 3 else Y
