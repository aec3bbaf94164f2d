"""The flattened kernel is copied in one piece."""
# criterion: values

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    H, W = input_shape
    h, w = K.shape
    M = torch.zeros((H - h + 1) * (W - w + 1), H * W)
    row = 0
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            start = i * W + j
            M[row, start : start + h * w] = K.flatten()
            row += 1
    return M
