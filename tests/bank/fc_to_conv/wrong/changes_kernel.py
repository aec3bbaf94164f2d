"""The kernel's entries are set to zero once they are copied."""
# criterion: implementation

from reference import conv_matrix as right
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    M = right(K, input_shape).clone()
    K.zero_()
    return M
