"""ceil instead of floor."""
# criterion: values

import math

from reference import corr2d_padded, receptive_field, same_padding


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    return tuple(math.ceil((n - k + p + s) / s) for n, k, p, s in zip(input_shape, kernel_size, padding, stride))
