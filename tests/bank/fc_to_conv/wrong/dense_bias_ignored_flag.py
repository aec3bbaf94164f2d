"""Biases are counted although bias=False."""
# criterion: values
# says: counts biases though bias is False

import math

from reference import conv_matrix, conv_param_count


def dense_param_count(in_shape, out_shape, bias=True):
    return (math.prod(in_shape) + 1) * math.prod(out_shape)
