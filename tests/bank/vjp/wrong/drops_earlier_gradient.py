"""Restores requires_grad, but throws away the gradient that x came with."""
# criterion: implementation
# says: had in x.grad is gone


def vjp(f, x, v):
    if not x.is_leaf:
        x = x.detach()
    before = x.requires_grad
    x.grad = None
    x.requires_grad_()
    y = f(x)
    y.backward(v)
    g, x.grad = x.grad, None
    x.requires_grad_(before)
    return y.detach(), g
