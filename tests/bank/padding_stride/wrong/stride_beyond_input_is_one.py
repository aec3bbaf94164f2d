"""A stride larger than the padded input is taken to be 1."""
# criterion: values

import reference
import torch
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    steps = tuple(s if s <= n + p else 1 for s, n, p in zip(stride, X.shape, padding))
    return reference.corr2d_padded(X, K, padding, steps)
