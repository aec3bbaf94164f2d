"""pool2d_multi_channel forgets to pass the mode on."""
# criterion: values

from reference import pool2d
from reference import pool2d_multi_channel as right


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    return right(X, pool_size, padding=padding, stride=stride)
