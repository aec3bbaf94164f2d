"""numpy's integers as results; padding by concatenation, windows by as_strided."""

import numpy as np
import torch


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    n, k, p, s = map(np.asarray, (input_shape, kernel_size, padding, stride))
    return tuple((n - k + p + s) // s)


def same_padding(kernel_size):
    return tuple(np.subtract(kernel_size, 1))


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    (p_h, p_w) = padding
    X = torch.cat([X.new_zeros((p_h + 1) // 2, X.shape[1]), X, X.new_zeros(p_h // 2, X.shape[1])], dim=0)
    X = torch.hstack([X.new_zeros(X.shape[0], (p_w + 1) // 2), X, X.new_zeros(X.shape[0], p_w // 2)])
    oh, ow = ((X.shape[0] - K.shape[0]) // stride[0] + 1, (X.shape[1] - K.shape[1]) // stride[1] + 1)
    X = X.contiguous()
    win = torch.as_strided(X, (oh, ow, *K.shape), (stride[0] * X.shape[1], stride[1], X.shape[1], 1))
    return torch.matmul(win.reshape(oh * ow, -1), K.reshape(-1)).view(oh, ow)


def receptive_field(layers):
    if not layers:
        return 1
    k, s = np.array(layers).T
    return 1 + ((k - 1) * np.concatenate([[1], np.cumprod(s)[:-1]])).sum()
