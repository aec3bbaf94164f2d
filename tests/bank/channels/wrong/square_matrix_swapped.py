"""The 1x1 kernels are transposed where there are as many output as input channels, and many."""
# criterion: values

import reference
from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    if K.shape[0] == K.shape[1] > 3:
        K = K.transpose(0, 1)
    return reference.corr2d_multi_in_out_1x1(X, K)
