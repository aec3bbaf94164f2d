"""The whole padding is added on each side."""
# criterion: shapes

import torch.nn.functional as F
from corr2d import corr2d
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    X = F.pad(X, (padding[1], padding[1], padding[0], padding[0]))
    return corr2d(X, K)[:: stride[0], :: stride[1]]
