"""Axes of one entry are lost in g."""
# criterion: shapes

import torch


def vjp(f, x, v):
    x = x.detach().clone().requires_grad_()
    y = f(x)
    (g,) = torch.autograd.grad(y, x, v)
    return y.detach(), g.squeeze() if g.dim() > 2 else g
