"""backward goes on into what x was computed from, and leaves gradients there."""

# criterion: implementation


def vjp(f, x, v):
    is_leaf, flag = x.is_leaf, x.requires_grad
    if is_leaf:
        old, x.grad = x.grad, None
        x.requires_grad_(True)
    else:
        old = None
        x.retain_grad()
    y = f(x)
    y.backward(v, retain_graph=True)
    g = x.grad.clone()
    x.grad = old
    if is_leaf:
        x.requires_grad_(flag)
    return y.detach(), g
