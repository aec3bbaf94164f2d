"""Kernels of one row are not flipped."""
# criterion: values

from reference import Conv2D, corr2d, learn_kernel


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1) if K.shape[0] > 1 else K)
