"""torch.Size and named tuples as results, numpy for the shapes, nn.ZeroPad2d, a padded tensor by cat; divmod."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import torch
from torch import nn

Pair = namedtuple("Pair", "height width")


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    n, k, p, s = map(np.array, (input_shape, kernel_size, padding, stride))
    return torch.Size(((n - k + p + s) // s).tolist())


def same_padding(kernel_size):
    return Pair(*(k - 1 for k in kernel_size))


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    p, q = padding
    pad = nn.ZeroPad2d((-(-q // 2), q // 2, -(-p // 2), p // 2))
    X = pad(X[None, None])[0, 0]
    shape = conv_output_shape(X.shape, K.shape, stride=stride)
    rows = (torch.arange(shape[0]) * stride[0])[:, None, None, None] + torch.arange(K.shape[0])[:, None]
    columns = (torch.arange(shape[1]) * stride[1])[:, None, None] + torch.arange(K.shape[1])
    return torch.einsum("ijab,ab->ij", X[rows, columns], K)


def receptive_field(layers):
    kernels = np.array([k for k, _ in layers], dtype=object)
    steps = np.cumprod(np.array([1, *[s for _, s in layers]], dtype=object))[:-1]
    return int(1 + ((kernels - 1) * steps).sum()) if len(layers) else 1
