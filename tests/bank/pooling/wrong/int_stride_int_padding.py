"""With an int as stride, the padding of the rows is used for columns too."""
# criterion: values

import reference
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if isinstance(stride, int) and not isinstance(padding, int):
        padding = padding[0]
    return reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
