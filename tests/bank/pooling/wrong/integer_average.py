"""The result takes the input's type, so that averages of integers are cut off."""
# criterion: values
# says: rounded; they should be exact

import torch
from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    p_h, p_w = pool_size
    Y = torch.zeros((X.shape[0] - p_h + 1, X.shape[1] - p_w + 1), dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            window = X[i : i + p_h, j : j + p_w]
            Y[i, j] = window.max() if mode == "max" else window.float().mean()
    return Y.float()
