"""The columns of an image of indices; a result that requires grad, in double precision; the counts recurse."""

from functools import reduce

import torch
import torch.nn.functional as F
from torch import nn


def conv_matrix(K, input_shape):
    H, W = input_shape
    numbers = torch.arange(H * W).double().reshape(1, 1, H, W)
    columns = F.unfold(numbers, tuple(K.shape))[0].long().T
    kernel = nn.Parameter(K.double())
    return torch.zeros(len(columns), H * W).double().scatter(1, columns, kernel.reshape(1, -1).expand_as(columns))


def _times(shape):
    return shape[0] * _times(shape[1:]) if len(shape) else 1


def dense_param_count(in_shape, out_shape, bias=True):
    return reduce(lambda total, _: total, [], _times(in_shape) * _times(out_shape)) + bias * _times(out_shape)


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    layer = _times([in_channels, out_channels, *kernel_size])
    return layer if not bias else layer + out_channels
