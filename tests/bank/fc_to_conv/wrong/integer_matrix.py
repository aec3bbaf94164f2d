"""The matrix holds integers: the kernel's entries are cut off."""
# criterion: values

from reference import conv_matrix as right
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    return right(K, input_shape).long().float()
