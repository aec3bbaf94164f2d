"""Matrices for large images are left empty below row 50."""
# criterion: values

import reference
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    W = reference.conv_matrix(K, input_shape)
    W[50:] = 0
    return W
