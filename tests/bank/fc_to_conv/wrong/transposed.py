"""For X.flatten() @ W, the other way round."""
# criterion: shapes

from reference import conv_matrix as right
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    return right(K, input_shape).T
