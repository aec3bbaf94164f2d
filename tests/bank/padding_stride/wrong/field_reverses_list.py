"""list.reverse() turns the caller's list round."""
# criterion: implementation
# says: changes the list of layers

from reference import conv_output_shape, corr2d_padded, same_padding


def receptive_field(layers):
    layers.reverse()
    size = 1
    for kernel, stride in layers:
        size = (size - 1) * stride + kernel
    return size
