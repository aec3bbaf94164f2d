"""A kernel of one entry is read with .item(): its gradient is lost for 1x1 kernels."""
# criterion: gradients

import reference
from reference import Conv2D, learn_kernel


def corr2d(X, K):
    if K.numel() == 1:
        return X * float(K.item())
    return reference.corr2d(X, K)


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
