"""One window only: .item() and a new tensor."""
# criterion: gradients

import reference
import torch
from reference import pool2d


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    Y = reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
    if Y.shape[2:] == (1, 1):
        return torch.tensor(Y.tolist()) + 0 * X.sum()
    return Y
