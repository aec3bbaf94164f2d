"""All indices at once, then scatter; an inner layer class counts."""

import math

import torch


class Layer:
    def __init__(self, fan_in, outputs, bias):
        self.fan_in, self.outputs, self.bias = fan_in, outputs, bias

    def __len__(self):
        return self.outputs * (self.fan_in + bool(self.bias))


def conv_matrix(K, input_shape):
    H, W = input_shape
    h, w = K.shape
    corner = (torch.arange(H - h + 1)[:, None] * W + torch.arange(W - w + 1)).reshape(-1, 1)
    inside = (torch.arange(h)[:, None] * W + torch.arange(w)).reshape(1, -1)
    index = corner + inside
    return torch.zeros(len(corner), H * W, dtype=K.dtype).scatter(1, index, K.reshape(1, -1).expand_as(index))


def dense_param_count(in_shape, out_shape, bias=True):
    return len(Layer(math.prod(in_shape), math.prod(out_shape), bias))


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return len(Layer(in_channels * math.prod(kernel_size), out_channels, bias))
