"""x.detach_() tears the caller's x out of its graph."""
# criterion: gradients

import torch


def vjp(f, x, v):
    before = x.requires_grad
    if not x.is_leaf:
        x.detach_()
    inner = x.detach().clone().requires_grad_()
    y = f(inner)
    (g,) = torch.autograd.grad(y, inner, v)
    if before:
        x.requires_grad_()
    return y.detach(), g
