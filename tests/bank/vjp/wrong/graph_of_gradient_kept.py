"""create_graph=True leaves a graph on g although x requires no grad."""
# criterion: implementation

import torch


def vjp(f, x, v):
    if not x.requires_grad:
        x = x.clone().requires_grad_()
    y = f(x)
    (g,) = torch.autograd.grad(y, x, v, create_graph=True)
    return y.detach(), g
