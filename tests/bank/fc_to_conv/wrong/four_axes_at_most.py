"""Shapes of five axes are refused."""
# criterion: values

import math

import torch


def conv_matrix(K, input_shape):
    ### BEGIN SOLUTION
    (h, w), (height, width) = K.shape, input_shape
    out_h, out_w = height - h + 1, width - w + 1
    matrix = torch.zeros(out_h, out_w, height, width, dtype=K.dtype, device=K.device)
    for i in range(out_h):
        for j in range(out_w):
            matrix[i, j, i : i + h, j : j + w] = K
    return matrix.reshape(out_h * out_w, height * width)
    ### END SOLUTION


def dense_param_count(in_shape, out_shape, bias=True):
    ### BEGIN SOLUTION
    inputs, outputs = math.prod(in_shape), math.prod(out_shape)
    return inputs * outputs + (outputs if bias else 0)
    ### END SOLUTION


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    ### BEGIN SOLUTION
    return in_channels * out_channels * math.prod(kernel_size) + (out_channels if bias else 0)
    ### END SOLUTION


def dense_param_count(in_shape, out_shape, bias=True):
    def n(s):
        match tuple(s):
            case (a,): return a
            case (a, b): return a * b
            case (a, b, c): return a * b * c
            case (a, b, c, d): return a * b * c * d
        raise ValueError(s)
    return n(in_shape) * n(out_shape) + (n(out_shape) if bias else 0)
