"""The book's formulas; loops over positions on a padded copy."""

import math

import torch


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    n_h, n_w = input_shape
    k_h, k_w = kernel_size
    p_h, p_w = padding
    s_h, s_w = stride
    return (math.floor((n_h - k_h + p_h + s_h) / s_h), math.floor((n_w - k_w + p_w + s_w) / s_w))


def same_padding(kernel_size):
    k_h, k_w = kernel_size
    return (k_h - 1, k_w - 1)


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    top = padding[0] // 2 + padding[0] % 2
    left = padding[1] // 2 + padding[1] % 2
    padded = torch.zeros((X.shape[0] + padding[0], X.shape[1] + padding[1]))
    padded[top : top + X.shape[0], left : left + X.shape[1]] = X
    h, w = K.shape
    Y = torch.zeros(conv_output_shape(X.shape, K.shape, padding, stride))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            a, b = i * stride[0], j * stride[1]
            Y[i, j] = (padded[a : a + h, b : b + w] * K).sum()
    return Y


def receptive_field(layers):
    size = 1
    for kernel, stride in reversed(layers):
        size = (size - 1) * stride + kernel
    return size
