"""The kernel is read entry by entry as Python numbers: only X gets a gradient."""
# criterion: gradients

from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    h, w = K.shape
    H, W = X.shape
    Y = 0.0
    for a in range(h):
        for b in range(w):
            Y = Y + X[a : H - h + a + 1, b : W - w + b + 1] * float(K[a, b])
    return Y
