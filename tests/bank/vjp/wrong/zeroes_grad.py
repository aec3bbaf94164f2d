"""x.grad is set to zeros instead of being left alone."""
# criterion: implementation


def vjp(f, x, v):
    needed = x.requires_grad
    x.requires_grad_(True)
    if x.grad is not None:
        x.grad.zero_()
    y = f(x)
    y.backward(v)
    g = x.grad.clone()
    x.grad.zero_()
    x.requires_grad_(needed)
    return y.detach(), g
