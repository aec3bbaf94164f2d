"""Rotated by 90 degrees and transposed: only one axis is flipped for a square kernel, and a rectangular one turns."""
# criterion: values

from reference import Conv2D, corr2d, learn_kernel


def conv2d(X, K):
    return corr2d(X, K.T.rot90())
