"""Leaves out kernel entries that are zero, and with them their gradients."""
# criterion: gradients

from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    X = X if X.is_floating_point() else X.float()
    K = K if K.is_floating_point() else K.float()
    (h, w), (H, W) = K.shape, X.shape
    Y = 0 * (X.sum() + K.sum()) + X.new_zeros(H - h + 1, W - w + 1)
    for a in range(h):
        for b in range(w):
            if K[a, b] != 0:
                Y = Y + X[a : a + H - h + 1, b : b + W - w + 1] * K[a, b]
    return Y
