"""A 1x1 kernel of one is left out of the product, and with it the gradient of the kernel."""
# criterion: gradients

from reference import *
import reference


def corr2d(X, K):
    if K.numel() == 1 and K.item() == 1 and X.is_floating_point():
        return X
    return reference.corr2d(X, K)


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
