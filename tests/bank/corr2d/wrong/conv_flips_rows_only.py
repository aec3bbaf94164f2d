"""flip(0): only the order of the rows changes."""
# criterion: values
# says: flips only the kernel's rows

import torch
from reference import Conv2D, corr2d, learn_kernel


def conv2d(X, K):
    return corr2d(X, torch.flipud(K))
