"""A matrix product with two equal columns, of which the first is taken: the result is a view with strides."""

import torch
from reference import Conv2D, learn_kernel


def corr2d(X, K):
    X, K = (tensor if tensor.is_floating_point() else tensor.float() for tensor in (X, K))
    kind = torch.promote_types(X.dtype, K.dtype)
    h, w = K.shape
    H, W = X.shape[0] - h + 1, X.shape[1] - w + 1
    windows = X.to(kind).unfold(0, h, 1).unfold(1, w, 1).reshape(H * W, h * w)
    two = torch.stack([K.to(kind).reshape(-1)] * 2, 1)
    return (windows @ two)[:, 0].reshape(H, W)


def conv2d(X, K):
    return corr2d(X, K.rot90(2))
