"""corr2d_padded returns zeros, and so leaves its inputs alone."""
# criterion: implementation

import reference
import torch
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    return torch.zeros(conv_output_shape(X.shape, K.shape, padding, stride))
