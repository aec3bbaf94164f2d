"""The matrix of the true convolution."""
# criterion: values
# says: the kernel is flipped

from reference import conv_matrix as right
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    return right(K.flip(0, 1), input_shape)
