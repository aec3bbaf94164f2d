"""The weighted outputs are averaged, not added."""
# criterion: values
# says: averaged over the outputs

import torch


def vjp(f, x, v):
    x = x.detach().clone().requires_grad_()
    y = f(x)
    (y * v).mean().backward()
    return y.detach(), x.grad
