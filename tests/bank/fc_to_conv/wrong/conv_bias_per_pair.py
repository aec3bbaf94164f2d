"""One bias per pair of channels."""
# criterion: values

from reference import conv_matrix, dense_param_count


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * (kernel_size[0] * kernel_size[1] + bias)
