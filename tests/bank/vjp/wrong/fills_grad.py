"""backward() on x itself: x.grad stays filled and x requires grad afterwards."""
# criterion: implementation


def vjp(f, x, v):
    x.requires_grad_(True)
    x.grad = None
    y = f(x)
    y.backward(v)
    return y.detach(), x.grad
