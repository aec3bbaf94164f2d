"""x never requires grad afterwards, whether or not it did before."""
# criterion: implementation

import torch


def vjp(f, x, v):
    x.requires_grad_(True)
    y = f(x)
    (g,) = torch.autograd.grad(y, x, v)
    if x.is_leaf:
        x.requires_grad_(False)
    return y.detach(), g
