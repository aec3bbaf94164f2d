"""Has an x from within a graph keep its gradient, and leaves it there."""
# criterion: implementation

from reference import *


def vjp(f, x, v):
    leaf = x.is_leaf
    if leaf:
        x = x.detach().clone().requires_grad_()
    else:
        x.retain_grad()
    y = f(x)
    y.backward(v, inputs=[x])
    return y.detach(), x.grad
