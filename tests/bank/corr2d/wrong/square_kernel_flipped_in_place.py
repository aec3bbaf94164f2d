"""conv2d turns square kernels in place, which saves memory, and others in a copy."""
# criterion: implementation

import reference
from reference import Conv2D, corr2d, learn_kernel


def conv2d(X, K):
    if K.shape[0] == K.shape[1] and not K.requires_grad:
        K.copy_(K.flip(0, 1))
        return corr2d(X, K)
    return corr2d(X, K.flip(0, 1))
