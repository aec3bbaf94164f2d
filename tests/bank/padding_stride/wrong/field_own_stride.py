"""Each layer's own stride widens what it sees."""
# criterion: values
# says: a layer's own stride does not widen what it sees

from reference import conv_output_shape, corr2d_padded, same_padding


def receptive_field(layers):
    size, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        size += (kernel - 1) * step
    return size
