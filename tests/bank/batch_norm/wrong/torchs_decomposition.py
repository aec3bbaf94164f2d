"""The normalisation is torch's own decomposition of it, written in Python."""
# criterion: implementation

import torch
from reference import BatchNorm, lenet_bn
from torch._decomp.decompositions import native_batch_norm_helper


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    training, shape = torch.is_grad_enabled(), moving_mean.shape
    flat = [t.detach().flatten() for t in (moving_mean, moving_var)]
    Y, mean, rstd, _, _ = native_batch_norm_helper(
        X, gamma.flatten(), beta.flatten(), *flat, training, 1 - momentum, eps, True
    )
    if training:
        mean, var = mean.detach().reshape(shape), rstd.detach().reshape(shape) ** -2 - eps
        moving_mean = momentum * moving_mean + (1 - momentum) * mean
        moving_var = momentum * moving_var + (1 - momentum) * var
    return Y, moving_mean.detach(), moving_var.detach()
