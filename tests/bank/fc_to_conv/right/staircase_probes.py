"""Probes the correlation with staircases (all pixels up to the k-th are one) and takes differences, in double
precision.
"""

import math

import torch
from corr2d import corr2d


def conv_matrix(K, input_shape):
    H, W = input_shape
    kernel = K.detach().to(torch.double)
    seen = [torch.zeros((H - K.shape[0] + 1) * (W - K.shape[1] + 1), dtype=torch.double, device=K.device)]
    for k in range(H * W):
        probe = torch.zeros(H * W, dtype=torch.double, device=K.device)
        probe[: k + 1] = 1
        seen.append(corr2d(probe.reshape(H, W), kernel).double().flatten())
    return torch.stack(seen, dim=1).diff(dim=1).to(K.dtype if K.is_floating_point() else torch.get_default_dtype())


def dense_param_count(in_shape, out_shape, bias=True):
    count = math.prod(in_shape) * math.prod(out_shape)
    count += math.prod(out_shape) if bias else 0
    return count


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    count = 0
    for _ in range(out_channels):
        count += in_channels * kernel_size[0] * kernel_size[1]
        count += 1 if bias else 0
    return count
