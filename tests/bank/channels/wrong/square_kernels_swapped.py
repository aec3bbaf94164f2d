"""As many output as input channels and a square kernel: they are mixed up."""
# criterion: values

import reference
from reference import corr2d_multi_in, corr2d_multi_in_out_1x1


def corr2d_multi_in_out(X, K):
    if K.shape[0] == K.shape[1] > 1 and K.shape[2] == K.shape[3]:
        K = K.transpose(0, 1)
    return reference.corr2d_multi_in_out(X, K)
