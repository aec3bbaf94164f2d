"""torch.conv2d on a flipped kernel."""
# criterion: implementation

import torch
from reference import Conv2D, corr2d, learn_kernel


def conv2d(X, K):
    return torch.conv2d(X.float()[None, None], K.float().flip(0, 1)[None, None])[0, 0]
