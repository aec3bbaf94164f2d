"""One kernel per output channel, whatever the input channels."""
# criterion: values

from reference import conv_matrix, dense_param_count


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (kernel_size[0] * kernel_size[1] + (1 if bias else 0))
