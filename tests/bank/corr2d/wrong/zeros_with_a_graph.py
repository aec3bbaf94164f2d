"""Not a correlation at all: zeros that hang on the inputs for autograd."""
# criterion: gradients

from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    H, W = X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1
    return 0.0 * (X.sum() + K.sum()).expand(H, W)
