"""numpy's Toeplitz blocks; named tuples, torch.prod for counts, `match`."""

import numpy as np
import torch


def conv_matrix(K, input_shape):
    H, W = map(int, input_shape)
    k = K.detach().numpy()
    h, w = k.shape
    row = [np.zeros((W - w + 1, W), k.dtype) for _ in range(h)]
    for a in range(h):
        for b in range(w):
            np.fill_diagonal(row[a][:, b:], k[a, b])
    blocks = [[np.zeros_like(row[0])] * i + row + [np.zeros_like(row[0])] * (H - h - i) for i in range(H - h + 1)]
    return torch.from_numpy(np.block(blocks))


def dense_param_count(in_shape, out_shape, bias=True):
    return int(torch.tensor(out_shape).prod() * (torch.tensor(in_shape).prod() + bool(bias)))


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    match kernel_size:
        case (h, w):
            return out_channels * (in_channels * h * w + (1 if bias else 0))
        case size:
            return conv_param_count(in_channels, out_channels, (size, size), bias)
