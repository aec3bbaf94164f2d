"""The recursion from output to input, but over the list from input to output."""
# criterion: values

from reference import conv_output_shape, corr2d_padded, same_padding


def receptive_field(layers):
    size = 1
    for kernel, stride in layers:
        size = (size - 1) * stride + kernel
    return size
