"""The output channels are summed and repeated."""
# criterion: values
# says: the output channels are summed

from reference import corr2d_multi_in, corr2d_multi_in_out_1x1
from reference import corr2d_multi_in_out as right


def corr2d_multi_in_out(X, K):
    return right(X, K).sum(0).repeat(K.shape[0], 1, 1)
