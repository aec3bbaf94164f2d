"""Builds the layers, and counts what they have; the matrix from windows of an identity."""

import torch
from torch import nn


def conv_matrix(K, input_shape):
    X = torch.eye(input_shape[0] * input_shape[1]).reshape(-1, *input_shape)
    w = X.unfold(1, K.shape[0], 1).unfold(2, K.shape[1], 1)
    return torch.einsum("nijab,ab->ijn", w.to(K.dtype), K).reshape(-1, X.shape[0])


def _count(layer):
    return sum(p.numel() for p in layer.parameters() if p.requires_grad)


def dense_param_count(in_shape, out_shape, bias=True):
    n_in, n_out = torch.tensor(in_shape).prod().item(), torch.tensor(out_shape).prod().item()
    return _count(nn.Linear(n_in, n_out, bias=bias))


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return _count(nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias))
