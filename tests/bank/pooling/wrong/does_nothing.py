"""The functions return zeros, and so leave their inputs alone."""
# criterion: implementation

import reference
import torch


def pool2d(X, pool_size, mode="max"):
    return torch.zeros(reference.pool2d(X, pool_size, mode).shape)


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    return torch.zeros(reference.pool2d_multi_channel(X, pool_size, mode, padding, stride).shape)
