"""Every result of a size is written into the same memory."""
# criterion: values

import reference
from reference import conv_output_shape, receptive_field, same_padding

_buffers = {}


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    Y = reference.corr2d_padded(X, K, padding, stride)
    if Y.requires_grad:
        return Y
    buffer = _buffers.setdefault((tuple(Y.shape), Y.dtype), Y)
    buffer.copy_(Y)
    return buffer
