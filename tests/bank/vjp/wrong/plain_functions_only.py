"""Over-strict check: f must be a Python function, so that torch.exp, a partial or a layer (nn.Module) is refused."""
# criterion: values

import inspect

import torch


def vjp(f, x, v):
    if not inspect.isfunction(f):
        raise TypeError(f"f must be a function, not {type(f).__name__}")
    inner = x.detach().clone().requires_grad_()
    y = f(inner)
    (g,) = torch.autograd.grad(y, inner, v)
    return y.detach(), g
