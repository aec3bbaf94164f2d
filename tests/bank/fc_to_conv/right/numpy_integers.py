"""numpy's integers as counts; a matrix by way of numpy."""

import numpy as np
import torch


def conv_matrix(K, input_shape):
    H, W = input_shape
    h, w = K.shape
    M = np.zeros(((H - h + 1) * (W - w + 1), H * W), dtype=np.float64)
    for r, (i, j) in enumerate(np.ndindex(H - h + 1, W - w + 1)):
        img = np.zeros((H, W))
        img[i : i + h, j : j + w] = K.numpy()
        M[r] = img.ravel()
    return torch.from_numpy(M).float()


def dense_param_count(in_shape, out_shape, bias=True):
    n = np.prod(in_shape) * np.prod(out_shape)
    if bias:
        n += np.prod(out_shape)
    return n


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * np.prod(kernel_size) + out_channels * bias
