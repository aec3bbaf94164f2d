"""The extra row and column of an odd padding come last."""
# criterion: values
# says: belongs on top or left

import torch.nn.functional as F
from corr2d import corr2d
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    p_h, p_w = padding
    X = F.pad(X, (p_w // 2, p_w - p_w // 2, p_h // 2, p_h - p_h // 2))
    return corr2d(X, K)[:: stride[0], :: stride[1]]
