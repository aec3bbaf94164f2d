"""The padded input is written into one canvas per size, which an earlier result may still need to go backward."""
# criterion: gradients

import functools

import torch
from reference import conv_output_shape, receptive_field, same_padding


@functools.cache
def canvas_of(height, width, dtype):
    return torch.zeros(height, width, dtype=dtype)


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    (H, W), (p_h, p_w), (s_h, s_w) = X.shape, padding, stride
    top, left = -(-p_h // 2), -(-p_w // 2)
    kind = torch.result_type(X, K)
    kind = kind if kind.is_floating_point else torch.get_default_dtype()
    canvas = canvas_of(H + p_h, W + p_w, kind).detach()
    canvas[:] = 0
    canvas[top : top + H, left : left + W] = X.to(kind)
    windows = canvas.unfold(0, K.shape[0], s_h).unfold(1, K.shape[1], s_w)
    return torch.tensordot(windows, K.to(kind), dims=([2, 3], [0, 1]))
