"""The gradient that x came with is kept, but added to g."""
# criterion: implementation

import torch


def vjp(f, x, v):
    copy = x.detach().clone().requires_grad_()
    y = f(copy)
    (g,) = torch.autograd.grad(y, copy, v)
    if x.is_leaf and x.grad is not None:
        g = g + x.grad
    return y.detach(), g
