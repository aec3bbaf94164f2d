"""One bias per input channel."""
# criterion: values
# says: not per input channel

from reference import conv_matrix, dense_param_count


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    h, w = kernel_size
    return in_channels * out_channels * h * w + (in_channels if bias else 0)
