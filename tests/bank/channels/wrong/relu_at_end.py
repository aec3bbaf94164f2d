"""Negative sums are cut off, as in the layer that usually follows."""
# criterion: values

from reference import corr2d_multi_in as right
from reference import corr2d_multi_in_out, corr2d_multi_in_out_1x1


def corr2d_multi_in(X, K):
    return right(X, K).clamp(min=0)
