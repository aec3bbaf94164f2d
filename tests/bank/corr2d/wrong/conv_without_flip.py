"""conv2d is the same as corr2d."""
# criterion: values
# says: conv2d does not flip the kernel

from reference import Conv2D, corr2d, learn_kernel


def conv2d(X, K):
    return corr2d(X, K)
