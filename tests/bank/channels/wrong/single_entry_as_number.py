"""A kernel of one entry is read with .item(): its gradient is lost."""
# criterion: gradients

import reference
from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    if K.numel() == 1:
        return X * K.item()
    return reference.corr2d_multi_in_out_1x1(X, K)
