"""Inputs of integers go through numpy: a kernel that learns gets no gradient then."""
# criterion: gradients

import reference
import torch
from reference import Conv2D, learn_kernel


def corr2d(X, K):
    if X.is_floating_point():
        return reference.corr2d(X, K)
    return torch.from_numpy(reference.corr2d(X, K).detach().numpy())


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
