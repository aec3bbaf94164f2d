"""Every result of a size is written into the same memory."""
# criterion: values

import reference
from reference import corr2d_multi_in, corr2d_multi_in_out

_buffers = {}


def corr2d_multi_in_out_1x1(X, K):
    Y = reference.corr2d_multi_in_out_1x1(X, K)
    if Y.requires_grad:
        return Y
    buffer = _buffers.setdefault((tuple(Y.shape), Y.dtype), Y)
    buffer.copy_(Y)
    return buffer
