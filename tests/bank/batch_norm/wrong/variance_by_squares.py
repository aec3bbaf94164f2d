"""The variance is the mean of the squares less the square of the mean: nothing is left of it far from zero."""
# criterion: values

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if not torch.is_grad_enabled():
        return gamma * (X - moving_mean) / torch.sqrt(moving_var + eps) + beta, moving_mean, moving_var
    dims = (0,) if X.dim() == 2 else (0, 2, 3)
    mean = X.mean(dims, keepdim=True)
    var = (X**2).mean(dims, keepdim=True) - mean**2
    moving_mean = momentum * moving_mean + (1 - momentum) * mean.detach()
    moving_var = momentum * moving_var + (1 - momentum) * var.detach()
    return gamma * (X - mean) / torch.sqrt(var + eps) + beta, moving_mean, moving_var
