"""Works with leaves only: an x from within a graph collects no gradient."""
# criterion: gradients


def vjp(f, x, v):
    before, old = x.requires_grad, x.grad
    x.requires_grad_(True)
    x.grad = None
    y = f(x)
    y.backward(v)
    g = x.grad
    x.grad = old
    x.requires_grad_(before)
    return y.detach(), g
