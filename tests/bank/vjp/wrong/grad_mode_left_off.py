"""Switches gradients on to be safe and off when done, for the whole program: nothing the caller does afterwards is
recorded.
"""
# criterion: implementation

import torch


def vjp(f, x, v):
    torch.set_grad_enabled(True)
    inner = x.detach().clone().requires_grad_()
    y = f(inner)
    (g,) = torch.autograd.grad(y, inner, v)
    torch.set_grad_enabled(False)
    return y.detach(), g
