import torch


def vjp(f, x, v):
    x = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        y = f(x)
    (g,) = torch.autograd.grad(y, x, v)
    return (y.detach(), g)
