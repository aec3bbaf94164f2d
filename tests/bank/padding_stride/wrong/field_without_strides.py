"""Strides are left out."""
# criterion: values

from reference import conv_output_shape, corr2d_padded, same_padding


def receptive_field(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)
