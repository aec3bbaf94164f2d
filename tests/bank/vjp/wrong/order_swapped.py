"""Returns (g, y)."""
# criterion: values
# says: wrong order: vjp returns (y, g)

import torch


def vjp(f, x, v):
    x = x.detach().requires_grad_()
    y = f(x)
    return torch.autograd.grad(y, x, v)[0], y.detach()
