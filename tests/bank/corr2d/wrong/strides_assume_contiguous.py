"""as_strided with the strides of a contiguous tensor."""
# criterion: values

import torch
from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    X, K = X.float(), K.float()
    (H, W), (h, w) = X.shape, K.shape
    windows = torch.as_strided(X, (H - h + 1, W - w + 1, h, w), (W, 1, W, 1))
    return torch.einsum("ijab,ab->ij", windows, K)
