"""Integers are taken to be pixels, and are cut off beyond 255."""
# criterion: values

import reference
from reference import Conv2D, learn_kernel


def corr2d(X, K):
    if not X.is_floating_point():
        X = X.clamp(-128, 255).short()
    return reference.corr2d(X, K)


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
