"""Only the first channel's part keeps its graph; the others are added in .data."""
# criterion: gradients

from corr2d import corr2d
from reference import corr2d_multi_in_out, corr2d_multi_in_out_1x1


def corr2d_multi_in(X, K):
    Y = corr2d(X[0], K[0])
    for x, k in zip(X[1:], K[1:]):
        Y.data += corr2d(x, k).data
    return Y
