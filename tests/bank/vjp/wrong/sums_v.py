"""v is summed up to one weight for all outputs."""
# criterion: gradients
# says: v is summed before it is used

import torch


def vjp(f, x, v):
    x = x.detach().clone().requires_grad_()
    y = f(x)
    (g,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), g * v.sum()
