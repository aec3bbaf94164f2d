"""Column by column: the cross-correlation of every basis image, with the sibling corr2d."""

import numpy as np
import torch
from corr2d import corr2d


def conv_matrix(K, input_shape):
    n = int(np.prod(input_shape))
    images = torch.eye(n).reshape(n, *input_shape)
    return torch.stack([corr2d(image, K).reshape(-1) for image in images], dim=1)


def dense_param_count(in_shape, out_shape, bias=True):
    return np.prod(in_shape, dtype=np.int64) * np.prod(out_shape) + bias * np.prod(out_shape)


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (in_channels * np.prod(kernel_size) + bias)
