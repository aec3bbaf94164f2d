"""The stride of the rows is used on both axes."""
# criterion: values

from reference import pool2d
from reference import pool2d_multi_channel as right


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if stride is None:
        stride = pool_size
    if not isinstance(stride, int):
        stride = stride[0]
    return right(X, pool_size, mode, padding, stride)
