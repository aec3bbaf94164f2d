"""as_strided with X's own strides, but from where its memory starts: a slice starts later."""
# criterion: values

import torch
from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    X, K = (tensor if tensor.is_floating_point() else tensor.float() for tensor in (X, K))
    (H, W), (h, w) = X.shape, K.shape
    windows = torch.as_strided(X, (H - h + 1, W - w + 1, h, w), X.stride() * 2, 0)
    return (windows * K).sum((2, 3))
