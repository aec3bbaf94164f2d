"""Writes every result without gradients into the same buffer."""
# criterion: values

import reference
from reference import Conv2D, learn_kernel

_buffers = {}


def corr2d(X, K):
    Y = reference.corr2d(X, K)
    if Y.requires_grad:
        return Y
    buffer = _buffers.setdefault((tuple(Y.shape), Y.dtype), Y)
    buffer.copy_(Y)
    return buffer


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
