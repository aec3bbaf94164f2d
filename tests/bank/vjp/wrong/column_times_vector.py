"""Squeezes y in the weighted sum but not v: for y of shape (n, 1) the product broadcasts to n×n, each output gets the
sum of v.
"""
# criterion: values

import torch


def vjp(f, x, v):
    inner = x.detach().clone().requires_grad_()
    y = f(inner)
    (g,) = torch.autograd.grad((y.squeeze(-1) * v if y.dim() == 2 and y.shape[-1] == 1 else y * v).sum(), inner)
    return y.detach(), g
