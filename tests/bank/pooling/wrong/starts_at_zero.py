"""The running maximum starts at zero."""
# criterion: values
# says: negative results are lost

import torch
from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    X = X.float()
    p_h, p_w = pool_size
    Y = torch.zeros(X.shape[0] - p_h + 1, X.shape[1] - p_w + 1)
    for a in range(p_h):
        for b in range(p_w):
            part = X[a : a + Y.shape[0], b : b + Y.shape[1]]
            Y = torch.maximum(Y, part) if mode == "max" else Y + part / (p_h * p_w)
    return Y
