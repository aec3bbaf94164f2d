"""The gradient is taken away again, but x goes on requiring grad."""
# criterion: implementation


def vjp(f, x, v):
    x.requires_grad_(True)
    y = f(x)
    y.backward(v)
    g = x.grad.clone()
    x.grad = None
    return y.detach(), g
