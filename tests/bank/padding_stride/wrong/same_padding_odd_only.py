"""Twice the half: right for odd kernels only."""
# criterion: values
# says: an odd padding in total

from reference import conv_output_shape, corr2d_padded, receptive_field


def same_padding(kernel_size):
    k_h, k_w = kernel_size
    return 2 * ((k_h - 1) // 2), 2 * ((k_w - 1) // 2)
