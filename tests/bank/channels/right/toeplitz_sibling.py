"""The sibling's matrices of the convolution, side by side and on top of each other."""

import torch
from fc_to_conv import conv_matrix


def corr2d_multi_in(X, K):
    H, W = X.shape[1:]
    h, w = K.shape[1:]
    W_all = torch.cat([conv_matrix(k, (H, W)) for k in K], dim=1)
    return (W_all @ X.reshape(-1)).reshape(H - h + 1, W - w + 1)


def corr2d_multi_in_out(X, K):
    H, W = X.shape[1:]
    h, w = K.shape[2:]
    rows = [torch.cat([conv_matrix(k, (H, W)) for k in kernel], dim=1) for kernel in K]
    return torch.vstack(rows).mv(X.flatten()).unflatten(0, (K.shape[0], H - h + 1, W - w + 1))


def corr2d_multi_in_out_1x1(X, K):
    return torch.addmm(torch.zeros(K.shape[0], X[0].numel(), dtype=X.dtype), K.flatten(1), X.flatten(1)).unflatten(
        1, X.shape[1:]
    )
