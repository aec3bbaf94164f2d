"""Shifted products on clipped ranges: the zeros are never there. Recursive receptive field."""

import numpy as np
import torch


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    n, k, p, s = map(np.array, (input_shape, kernel_size, padding, stride))
    return tuple((n - k + p + s) // s)


def same_padding(kernel_size):
    return tuple(map(lambda k: k + ~0, kernel_size))


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    out_h, out_w = (int(n) for n in conv_output_shape(X.shape, K.shape, padding, stride))
    tops = torch.arange(out_h) * stride[0] - (padding[0] + 1) // 2
    lefts = torch.arange(out_w) * stride[1] - (padding[1] + 1) // 2
    Y = X.new_zeros(out_h, out_w)
    for a in range(K.shape[0]):
        for b in range(K.shape[1]):
            i, j = tops + a, lefts + b
            inside = ((i >= 0) & (i < X.shape[0]))[:, None] & ((j >= 0) & (j < X.shape[1]))[None, :]
            values = X[i.clamp(0, X.shape[0] - 1)][:, j.clamp(0, X.shape[1] - 1)]
            Y = Y + torch.where(inside, values, torch.zeros_like(values)) * K[a, b]
    return Y


def receptive_field(layers):
    if not layers:
        return 1
    (kernel, stride), *rest = layers
    return (receptive_field(rest) - 1) * stride + kernel
