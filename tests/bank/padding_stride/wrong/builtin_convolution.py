"""F.conv2d after padding by hand."""
# criterion: implementation

import torch.nn.functional as F
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    p_h, p_w = padding
    P = F.pad(X, (p_w - p_w // 2, p_w // 2, p_h - p_h // 2, p_h // 2))
    return F.conv2d(P[None, None], K[None, None], stride=stride)[0, 0]
