"""The output positions are gone through column by column."""
# criterion: values
# says: column by column, not row by row

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    H, W = input_shape
    h, w = K.shape
    rows = []
    for j in range(W - w + 1):
        for i in range(H - h + 1):
            picture = torch.zeros(H, W)
            picture[i : i + h, j : j + w] = K
            rows.append(picture.flatten())
    return torch.stack(rows)
