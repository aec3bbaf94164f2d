"""Another way where gradients are asked for, on which negative results are lost."""
# criterion: values

from reference import *
from reference import corr2d as c


def corr2d(X, K):
    Y = c(X, K)
    return Y.clamp(min=0) if X.requires_grad else Y


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
