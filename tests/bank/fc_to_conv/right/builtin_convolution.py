"""F.conv2d of the basis images, which is not forbidden here."""

import torch
import torch.nn.functional as F
from functools import reduce
from operator import mul


def conv_matrix(K, input_shape):
    H, W = input_shape
    basis = torch.eye(H * W, dtype=K.dtype).reshape(H * W, 1, H, W)
    return F.conv2d(basis, K[None, None].contiguous()).flatten(1).T


def dense_param_count(in_shape, out_shape, bias=True):
    n, m = reduce(mul, in_shape, 1), reduce(mul, out_shape, 1)
    return (n + bool(bias)) * m


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (in_channels * reduce(mul, kernel_size, 1) + (1 if bias else 0))
