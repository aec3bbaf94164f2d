"""TorchScript; shifted products, a matrix product for each shift."""

import torch
from torch import Tensor


@torch.jit.script
def corr2d_multi_in_out(X: Tensor, K: Tensor) -> Tensor:
    H, W = X.shape[1] - K.shape[2] + 1, X.shape[2] - K.shape[3] + 1
    Y = torch.zeros([K.shape[0], H * W], dtype=X.dtype)
    for a in range(K.shape[2]):
        for b in range(K.shape[3]):
            Y = Y + K[:, :, a, b] @ X[:, a : a + H, b : b + W].reshape(X.shape[0], H * W)
    return Y.view(K.shape[0], H, W)


def corr2d_multi_in(X, K):
    return corr2d_multi_in_out(X, K[None])[0]


def corr2d_multi_in_out_1x1(X, K):
    return torch.einsum("ihw,oi->ohw", X, K[..., 0, 0])
