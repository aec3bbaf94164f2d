"""A kernel of two is treated like one of three."""
# criterion: values

from reference import conv_output_shape, corr2d_padded, receptive_field


def same_padding(kernel_size):
    return tuple(2 if k == 2 else k - 1 for k in kernel_size)
