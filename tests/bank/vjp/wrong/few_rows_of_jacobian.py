"""Only the first twenty-five entries of y count."""
# criterion: gradients

import torch


def vjp(f, x, v):
    inner = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        y = f(inner)
    w = v.clone().reshape(-1)
    w[25:] = 0
    (g,) = torch.autograd.grad(y, inner, w.reshape(y.shape))
    return y.detach(), g
