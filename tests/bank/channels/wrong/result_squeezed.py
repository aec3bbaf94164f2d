"""A single output channel loses its axis."""
# criterion: shapes

from reference import corr2d_multi_in, corr2d_multi_in_out_1x1
from reference import corr2d_multi_in_out as right


def corr2d_multi_in_out(X, K):
    return right(X, K).squeeze(0)
