"""A square input is padded by as many columns as rows."""
# criterion: values

import reference
import torch
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    if X.shape[0] == X.shape[1]:
        padding = (padding[0], padding[0])
    return reference.corr2d_padded(X, K, padding, stride)
