"""An input of one row is doubled in place."""
# criterion: implementation

from reference import *
from reference import corr2d_padded as rp


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    Y = rp(X, K, padding, stride)
    if X.shape[0] == 1 and not X.requires_grad:
        X.mul_(2)
    return Y
