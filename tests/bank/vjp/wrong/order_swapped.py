"""Returns (g, y)."""
# criterion: values

import torch


def vjp(f, x, v):
    x = x.detach().requires_grad_()
    y = f(x)
    return torch.autograd.grad(y, x, v)[0], y.detach()
