"""The weights are left with four axes."""
# criterion: shapes

from reference import conv_matrix as right
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    return right(K, input_shape).reshape(H - h + 1, W - w + 1, H, W)
