"""One bias for the whole layer."""
# criterion: values
# says: not one in all

import math

from reference import conv_matrix, conv_param_count


def dense_param_count(in_shape, out_shape, bias=True):
    return math.prod(in_shape) * math.prod(out_shape) + int(bias)
