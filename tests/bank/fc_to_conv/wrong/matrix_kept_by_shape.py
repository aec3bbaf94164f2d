"""The matrix is built once per shape, and kept whatever the kernel is."""
# criterion: values

import reference
from reference import conv_param_count, dense_param_count

_matrices = {}


def conv_matrix(K, input_shape):
    key = tuple(K.shape), tuple(input_shape), K.dtype
    if key not in _matrices:
        _matrices[key] = reference.conv_matrix(K, input_shape)
    return _matrices[key]
