"""The image's height is used as the length of a row."""
# criterion: values

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    H, W = input_shape
    h, w = K.shape
    M = torch.zeros((H - h + 1) * (W - w + 1), H * W)
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            for a in range(h):
                for b in range(w):
                    M[i * (W - w + 1) + j, ((i + a) * H + j + b) % (H * W)] = K[a, b]
    return M
