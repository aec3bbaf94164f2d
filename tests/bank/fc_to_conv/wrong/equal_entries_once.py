"""Finds the place of an entry in the kernel by its value: equal entries share a place."""
# criterion: values

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    (h, w), (H, W) = K.shape, input_shape
    out_h, out_w = H - h + 1, W - w + 1
    matrix = torch.zeros(out_h, out_w, H, W, dtype=K.dtype)
    entries = K.flatten().tolist()
    for value in entries:
        a, b = divmod(entries.index(value), w)
        for i in range(out_h):
            for j in range(out_w):
                matrix[i, j, i + a, j + b] = value
    return matrix.reshape(out_h * out_w, H * W)
