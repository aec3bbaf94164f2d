"""F.unfold does not take integers, and nothing is converted."""
# criterion: values

import torch.nn.functional as F
from reference import Conv2D, corr2d, learn_kernel


def conv2d(X, K):
    h, w = K.shape
    K = K.flip(0, 1)
    columns = F.unfold(X[None, None], (h, w))[0]
    return (K.reshape(1, -1) @ columns).reshape(X.shape[0] - h + 1, -1)
