"""p // 2 on both sides: an odd padding loses one row or column."""
# criterion: shapes

import torch
from corr2d import corr2d
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    t, l = padding[0] // 2, padding[1] // 2
    P = torch.zeros(X.shape[0] + 2 * t, X.shape[1] + 2 * l)
    P[t : t + X.shape[0], l : l + X.shape[1]] = X
    return corr2d(P, K)[:: stride[0], :: stride[1]]
