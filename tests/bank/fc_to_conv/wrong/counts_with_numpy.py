"""numpy multiplies in 64 bits, which overflow."""
# criterion: values

import numpy as np
from reference import conv_matrix


def dense_param_count(in_shape, out_shape, bias=True):
    inputs, outputs = np.prod(in_shape), np.prod(out_shape)
    return int(inputs * outputs + (outputs if bias else 0))


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return int(np.prod((in_channels, out_channels, *kernel_size)) + (out_channels if bias else 0))
