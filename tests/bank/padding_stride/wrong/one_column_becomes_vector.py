"""A result of one column comes as a vector."""
# criterion: shapes

import reference
import torch
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    Y = reference.corr2d_padded(X, K, padding, stride)
    return Y[:, 0] if Y.shape[1] == 1 and len(Y) > 1 else Y
