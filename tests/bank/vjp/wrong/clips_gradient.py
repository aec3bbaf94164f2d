"""Clips large gradients."""
# criterion: values

import torch


def vjp(f, x, v):
    inner = x.detach().clone().requires_grad_()
    y = f(inner)
    (g,) = torch.autograd.grad(y, inner, v)
    return y.detach(), g.clamp(-1e4, 1e4)
