"""conv2d writes the flipped kernel back into K."""
# criterion: implementation
# says: changes K in place

from reference import Conv2D, corr2d, learn_kernel


def conv2d(X, K):
    flipped = K.flip(0, 1)
    if not K.requires_grad:
        K.copy_(flipped)
    return corr2d(X, flipped)
