"""v is written to."""
# criterion: implementation

import torch


def vjp(f, x, v):
    x = x.detach().clone().requires_grad_()
    y = f(x)
    (g,) = torch.autograd.grad(y, x, v.mul_(0.5))
    return y.detach(), 2 * g
