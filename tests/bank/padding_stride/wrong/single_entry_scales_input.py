"""A kernel of one entry is multiplied into X in place."""
# criterion: implementation

import reference
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    if K.numel() == 1 and not X.requires_grad:
        X *= K[0, 0]
        return reference.corr2d_padded(X, K / K, padding, stride)
    return reference.corr2d_padded(X, K, padding, stride)
