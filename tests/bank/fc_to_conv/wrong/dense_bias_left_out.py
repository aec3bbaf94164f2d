"""No biases, whatever was asked for."""
# criterion: values
# says: one bias per output

import math

from reference import conv_matrix, conv_param_count


def dense_param_count(in_shape, out_shape, bias=True):
    return math.prod(in_shape) * math.prod(out_shape)
