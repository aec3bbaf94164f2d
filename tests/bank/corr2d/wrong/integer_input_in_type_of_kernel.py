"""An integer input is converted to the kernel's type, which may be too small for it."""
# criterion: values

import torch
from reference import Conv2D, learn_kernel


def corr2d(X, K):
    if not X.is_floating_point():
        X = X.type_as(K)
    if not K.is_floating_point():
        X, K = X.float(), K.float()
    h, w = K.shape
    return (X.unfold(0, h, 1).unfold(1, w, 1) * K).sum((-2, -1))


def conv2d(X, K):
    return corr2d(X, torch.flip(K, (0, 1)))
