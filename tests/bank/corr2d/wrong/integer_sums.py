"""Sums up in the inputs' type, in 8 bits if need be; only the result is turned into floating point."""
# criterion: values

import torch
from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    (h, w), (H, W) = K.shape, X.shape
    Y = sum(X[a : a + H - h + 1, b : b + W - w + 1] * K[a, b] for a in range(h) for b in range(w))
    return Y if Y.is_floating_point() else Y.to(torch.float32)
