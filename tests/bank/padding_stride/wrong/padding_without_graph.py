"""The padded copy is filled from X.data: only the kernel gets a gradient."""
# criterion: gradients

import torch
from corr2d import corr2d
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    (p_h, p_w), (h, w) = padding, X.shape
    top, left = (p_h + 1) // 2, (p_w + 1) // 2
    P = torch.zeros(h + p_h, w + p_w)
    P[top : top + h, left : left + w] = X.data
    return corr2d(P, K)[:: stride[0], :: stride[1]]
