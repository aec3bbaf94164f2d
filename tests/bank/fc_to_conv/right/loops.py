"""Four loops over indices; counts by loops too."""

import torch


def conv_matrix(K, input_shape):
    H, W = input_shape
    h, w = K.shape
    out_h, out_w = H - h + 1, W - w + 1
    matrix = torch.zeros((out_h * out_w, H * W))
    for i in range(out_h):
        for j in range(out_w):
            for a in range(h):
                for b in range(w):
                    matrix[i * out_w + j][(i + a) * W + (j + b)] = K[a][b]
    return matrix


def _size(shape):
    total = 1
    for n in shape:
        total = total * n
    return total


def dense_param_count(in_shape, out_shape, bias=True):
    weights = _size(in_shape) * _size(out_shape)
    if bias:
        return weights + _size(out_shape)
    return weights


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    per_output = in_channels * kernel_size[0] * kernel_size[1]
    if bias == True:
        per_output += 1
    return per_output * out_channels
