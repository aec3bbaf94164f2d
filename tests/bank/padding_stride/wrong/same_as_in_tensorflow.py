"""Padding that keeps the size puts the extra row and column on the other side, as TensorFlow does."""
# criterion: values

from torch.nn import functional as F

import reference
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    k = K.shape[0]
    if k == K.shape[1] and tuple(padding) == (k - 1, k - 1) and tuple(stride) == (1, 1):  # "same"
        return reference.corr2d_padded(F.pad(X, ((k - 1) // 2, k // 2, (k - 1) // 2, k // 2)), K)
    return reference.corr2d_padded(X, K, padding, stride)
