"""F.conv2d, for large kernels."""
# criterion: implementation

import reference
import torch.nn.functional as F
from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    if K.numel() <= 25:
        return reference.corr2d(X, K)
    return F.conv2d(X.to(K.dtype)[None, None], K[None, None])[0, 0]
