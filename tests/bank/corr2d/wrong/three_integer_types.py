"""Only three integer types are turned into floating point."""
# criterion: values

import torch
from reference import Conv2D, learn_kernel

WHOLE = (torch.uint8, torch.int32, torch.int64)


def corr2d(X, K):
    X, K = (tensor.float() if tensor.dtype in WHOLE else tensor for tensor in (X, K))
    h, w = K.shape
    return (X.unfold(0, h, 1).unfold(1, w, 1) * K).sum((-2, -1))


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
