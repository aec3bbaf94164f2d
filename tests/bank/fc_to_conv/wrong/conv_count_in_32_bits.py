"""Counts in 32 bits."""
# criterion: values

import numpy as np
from reference import conv_matrix, dense_param_count


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    h, w = kernel_size
    with np.errstate(all="ignore"):
        count = np.int32(in_channels) * np.int32(out_channels) * np.int32(h) * np.int32(w)
    return int(count) + (out_channels if bias else 0)
