"""Every input channel is correlated with the first channel's kernel."""
# criterion: values
# says: the first channel's kernel

from corr2d import corr2d
from reference import corr2d_multi_in_out, corr2d_multi_in_out_1x1


def corr2d_multi_in(X, K):
    return sum(corr2d(x, K[0]) for x in X)
