"""Every result of a size is written into the same memory."""
# criterion: values

import reference
from reference import pool2d

_buffers = {}


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    Y = reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
    if Y.requires_grad:
        return Y
    buffer = _buffers.setdefault((tuple(Y.shape), Y.dtype), Y)
    buffer.copy_(Y)
    return buffer
