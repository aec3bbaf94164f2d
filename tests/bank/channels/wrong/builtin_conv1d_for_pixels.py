"""The 1x1 kernel as torch.conv1d over the pixels."""
# criterion: implementation

import torch
from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.shape
    Y = torch.conv1d(X.reshape(1, c_i, h * w), K.flatten(2))
    return Y.reshape(-1, h, w)
