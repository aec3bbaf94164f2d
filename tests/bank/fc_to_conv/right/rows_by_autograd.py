"""Each row of the matrix is a gradient of the convolution."""

import math

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    (h, w), (height, width) = K.shape, input_shape
    out_h, out_w = height - h + 1, width - w + 1
    matrix = torch.zeros(out_h, out_w, height, width, dtype=K.dtype, device=K.device)
    for i in range(out_h):
        for j in range(out_w):
            matrix[i, j, i : i + h, j : j + w] = K
    return matrix.reshape(out_h * out_w, height * width)


def conv_matrix(K, input_shape):
    x = torch.zeros(*input_shape, requires_grad=True); y = (x.unfold(0, K.size(0), 1).unfold(1, K.size(1), 1) * K).sum((2, 3)).flatten()
    return torch.stack([torch.autograd.grad(o, x, retain_graph=True)[0].flatten() for o in y])
