"""A kernel of one column is transposed in place."""
# criterion: implementation

from reference import *
from reference import conv_matrix as reference_conv


def conv_matrix(K, input_shape):
    M = reference_conv(K, input_shape)
    if K.shape[1] == 1:
        K.t_()
    return M
