"""padding and stride have other names."""
# criterion: values

import reference


def pool2d(X, pool_size, mode="max"):
    return reference.pool2d(X, pool_size, mode)


def pool2d_multi_channel(X, pool_size, mode="max", pad=(0, 0), strides=None):
    return reference.pool2d_multi_channel(X, pool_size, mode, pad, strides)
