"""Switches on requires_grad of the caller's kernel."""
# criterion: implementation

import reference
from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    if K.is_leaf and K.is_floating_point():
        K.requires_grad_()
    return reference.corr2d(X, K)
