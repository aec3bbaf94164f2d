"""The maximum is taken over the channels too, and copied to each of them."""
# criterion: values

from reference import pool2d
from reference import pool2d_multi_channel as right


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    Y = right(X, pool_size, mode, padding, stride)
    return (Y.amax(1, keepdim=True) if mode == "max" else Y.mean(1, keepdim=True)).expand_as(Y)
