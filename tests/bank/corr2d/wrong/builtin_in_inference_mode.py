"""torch.conv2d in inference mode, for inputs from 50 entries on that need no gradient."""
# criterion: implementation

import reference
import torch
from reference import Conv2D, learn_kernel


def corr2d(X, K):
    if X.numel() < 50 or X.requires_grad or K.requires_grad:
        return reference.corr2d(X, K)
    with torch.inference_mode():
        Y = torch.conv2d(X.to(K.dtype)[None, None], K[None, None])[0, 0]
    return Y.clone()


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
