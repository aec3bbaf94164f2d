"""Where padding and stride are left out, the input is detached."""
# criterion: gradients

from reference import *
from reference import corr2d_padded as rp


def corr2d_padded(X, K, padding=None, stride=None):
    if padding is None and stride is None:
        return rp(X.detach(), K)
    return rp(X, K, padding or (0, 0), stride or (1, 1))
