"""A sum of Kronecker products of shift matrices, in double precision."""

from functools import reduce
from operator import mul

import torch


def _shift(n, k, by):
    return torch.eye(n, dtype=torch.float64)[by : by + n - k + 1]


def conv_matrix(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    return sum(K[a, b].double() * torch.kron(_shift(H, h, a), _shift(W, w, b)) for a in range(h) for b in range(w))


def dense_param_count(in_shape, out_shape, bias=True):
    n_in, n_out = (reduce(mul, shape, 1) for shape in (in_shape, out_shape))
    return n_out * (n_in + (1 if bias else 0))


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return dense_param_count((in_channels, *kernel_size), (out_channels,), bias)
