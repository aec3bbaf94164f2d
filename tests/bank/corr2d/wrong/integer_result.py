"""Integer inputs give an integer result."""
# criterion: values
# says: should be a floating-point tensor

from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    h, w = K.shape
    return (X.unfold(0, h, 1).unfold(1, w, 1) * K).sum((-2, -1))
