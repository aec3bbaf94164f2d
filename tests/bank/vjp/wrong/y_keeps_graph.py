"""y is returned with its graph."""
# criterion: implementation
# says: y still requires grad

import torch


def vjp(f, x, v):
    x = x.detach().requires_grad_()
    y = f(x)
    (g,) = torch.autograd.grad(y, x, v, retain_graph=True)
    return y, g
