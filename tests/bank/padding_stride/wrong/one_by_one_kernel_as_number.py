"""A kernel of one entry is read with .item(): its gradient is lost."""
# criterion: gradients

import reference
import torch.nn.functional as F
from reference import conv_output_shape, receptive_field, same_padding


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    if K.numel() > 1:
        return reference.corr2d_padded(X, K, padding, stride)
    (p_h, p_w), (s_h, s_w) = padding, stride
    return (F.pad(X, (p_w - p_w // 2, p_w // 2, p_h - p_h // 2, p_h // 2)) * K.item())[::s_h, ::s_w]
