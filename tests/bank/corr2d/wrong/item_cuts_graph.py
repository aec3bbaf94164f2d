""".item() in the book's loop."""
# criterion: gradients
# says: cuts the graph

import torch
from reference import Conv2D, conv2d, learn_kernel


def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum().item()
    return Y
