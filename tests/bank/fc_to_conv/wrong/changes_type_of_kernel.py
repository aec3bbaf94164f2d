"""Turns the caller's kernel into double precision."""
# criterion: implementation

import reference
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    K.data = K.data.double()
    return reference.conv_matrix(K, input_shape)
