"""v is scaled to length one."""
# criterion: values

import torch


def vjp(f, x, v):
    x = x.detach().requires_grad_()
    y = f(x)
    (g,) = torch.autograd.grad(y, x, v / v.norm())
    return y.detach(), g
