"""Square stacks of kernels are transposed in place and not back."""
# criterion: implementation

import reference
from reference import corr2d_multi_in, corr2d_multi_in_out_1x1


def corr2d_multi_in_out(X, K):
    Y = reference.corr2d_multi_in_out(X, K)
    if K.shape[0] == K.shape[1] and not K.requires_grad:
        K.transpose_(0, 1)
    return Y
