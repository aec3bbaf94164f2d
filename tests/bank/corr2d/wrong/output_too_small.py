"""H - h instead of H - h + 1."""
# criterion: shapes

import torch
from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    X, K = X.float(), K.float()
    h, w = K.shape
    Y = torch.zeros(max(X.shape[0] - h, 1), max(X.shape[1] - w, 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y
