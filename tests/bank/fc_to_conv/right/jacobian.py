"""The Jacobian of the correlation is its matrix; layers on the meta device count themselves where they can."""

import math

import torch
from torch import nn


def _corr2d(X, K):
    h, w = K.shape
    return (X.unfold(0, h, 1).unfold(1, w, 1) * K).sum((-1, -2))


def conv_matrix(K, input_shape):
    flat = torch.zeros(math.prod(input_shape), dtype=K.dtype)
    return torch.autograd.functional.jacobian(lambda x: _corr2d(x.reshape(input_shape), K).flatten(), flat)


def _count(layer):
    return sum(p.numel() for p in layer.parameters())


def dense_param_count(in_shape, out_shape, bias=True):
    return _count(nn.Linear(math.prod(in_shape), math.prod(out_shape), bias, device="meta"))


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return _count(nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias, device="meta"))
