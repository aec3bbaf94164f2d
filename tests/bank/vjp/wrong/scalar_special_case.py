"""A scalar y goes backward without v."""
# criterion: values


def vjp(f, x, v):
    x = x.detach().clone().requires_grad_()
    y = f(x)
    if y.numel() == 1:
        y.backward()
    else:
        y.backward(v)
    return y.detach(), x.grad
