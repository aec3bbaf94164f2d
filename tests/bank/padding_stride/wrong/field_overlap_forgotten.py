"""The recursion without the overlap: size * stride + kernel - 1."""
# criterion: values

from reference import conv_output_shape, corr2d_padded, same_padding


def receptive_field(layers):
    size = 1
    for kernel, stride in reversed(layers):
        size = size * stride + kernel - 1
    return size
