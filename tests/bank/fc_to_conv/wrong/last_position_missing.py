"""The loops end one position too early, so that the last windows stay zero."""
# criterion: values

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    H, W = input_shape
    h, w = K.shape
    M = torch.zeros(H - h + 1, W - w + 1, H, W)
    for i in range(H - h + 1):
        for j in range(max(W - w, 1)):
            M[i, j, i : i + h, j : j + w] = K
    return M.reshape(-1, H * W)
