"""The output shape takes the padding to be added on each side, as nn.Conv2d does."""
# criterion: values
# says: added on each side

from reference import corr2d_padded, receptive_field, same_padding


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    return tuple((n - k + 2 * p) // s + 1 for n, k, p, s in zip(input_shape, kernel_size, padding, stride))
