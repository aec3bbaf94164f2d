"""The bias is forgotten where input and output have the same shape."""
# criterion: values

from reference import conv_matrix, conv_param_count
from reference import dense_param_count as right


def dense_param_count(in_shape, out_shape, bias=True):
    if in_shape == out_shape:
        return right(in_shape, out_shape, False)
    return right(in_shape, out_shape, bias)
