"""Square kernels are turned in place and not turned back."""
# criterion: implementation

import reference
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    W = reference.conv_matrix(K, input_shape)
    if K.shape[0] == K.shape[1]:
        K.t_()
    return W
