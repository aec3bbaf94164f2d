"""The dense matrix of exercise 3 for the padded input, of which the strided outputs' rows are taken; shapes by an
empty tensor on the meta device.
"""

import torch
from fc_to_conv import conv_matrix
from torch import nn


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    shape = [n + p for n, p in zip(input_shape, padding)]
    empty = torch.empty(shape, device="meta")
    for axis in (0, 1):
        empty = empty.unfold(axis, kernel_size[axis], stride[axis])
    return empty.shape[0], empty.shape[1]


def same_padding(kernel_size):
    return max(kernel_size[0] - 1, 0), max(kernel_size[1] - 1, 0)


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    below, right = padding[0] // 2, padding[1] // 2
    padded = nn.ZeroPad2d((padding[1] - right, right, padding[0] - below, below))(X[None])[0]
    # The matrix is linear in K: one matrix of 0 and 1 per entry, so that the gradient finds K.
    units = torch.eye(K.numel(), device=K.device).reshape(-1, *K.shape)
    places = tuple(n - k + 1 for n, k in zip(padded.shape, K.shape))
    chosen = torch.arange(places[0] * places[1], device=K.device).reshape(places)[:: stride[0], :: stride[1]]
    columns = [conv_matrix(unit, tuple(padded.shape))[chosen.flatten()].to(padded) @ padded.flatten() for unit in units]
    return sum(column * k for column, k in zip(columns, K.flatten())).reshape(chosen.shape)


def receptive_field(layers):
    match layers:
        case []:
            return 1
        case [(kernel, stride), *rest]:
            return kernel + (receptive_field(rest) - 1) * stride
