"""The loop ends one channel too early, unless there is only one."""
# criterion: values

from corr2d import corr2d
from reference import corr2d_multi_in_out, corr2d_multi_in_out_1x1


def corr2d_multi_in(X, K):
    Y = corr2d(X[0], K[0])
    for c in range(1, X.shape[0] - 1):
        Y = Y + corr2d(X[c], K[c])
    return Y
