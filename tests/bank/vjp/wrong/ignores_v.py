"""The gradient of the sum: v is never used."""
# criterion: values
# says: g ignores v


def vjp(f, x, v):
    x = x.clone().detach().requires_grad_(True)
    y = f(x)
    y.sum().backward()
    return y.detach(), x.grad
