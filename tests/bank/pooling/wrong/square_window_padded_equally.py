"""With a square window, there is as much padding of columns as of rows."""
# criterion: values

import reference
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if isinstance(pool_size, int) or pool_size[0] == pool_size[1]:
        padding = padding if isinstance(padding, int) else padding[0]
    return reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
