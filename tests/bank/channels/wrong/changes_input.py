"""The weighted channels are accumulated in X itself."""
# criterion: implementation

from reference import corr2d_multi_in, corr2d_multi_in_out
from reference import corr2d_multi_in_out_1x1 as right


def corr2d_multi_in_out_1x1(X, K):
    Y = right(X, K)
    if not X.requires_grad:
        X *= K[0].reshape(-1, 1, 1)
    return Y
