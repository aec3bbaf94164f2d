"""Only one of the integer types is turned into floating point."""
# criterion: values

import torch
from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    X, K = (tensor.float() if tensor.dtype == torch.int64 else tensor for tensor in (X, K))
    h, w = K.shape
    return (X.unfold(0, h, 1).unfold(1, w, 1) * K).sum((-2, -1))
