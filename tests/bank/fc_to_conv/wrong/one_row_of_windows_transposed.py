"""A kernel as high as the input is taken to go through it column by column."""
# criterion: values

import reference
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    (h, w), (H, W) = K.shape, input_shape
    W_ = reference.conv_matrix(K, input_shape)
    if h == H > 1 and W > w:
        return W_.reshape(-1, H, W).transpose(1, 2).flatten(1)
    return W_
