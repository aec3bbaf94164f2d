"""Every matrix of a size is written into the same memory."""
# criterion: values

import reference
import torch
from reference import conv_param_count, dense_param_count

_buffers = {}


def conv_matrix(K, input_shape):
    W = reference.conv_matrix(K, input_shape)
    buffer = _buffers.setdefault((tuple(W.shape), W.dtype), torch.zeros_like(W))
    buffer.copy_(W)
    return buffer
