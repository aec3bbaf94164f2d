"""Works on x itself and puts everything back."""

import torch


def vjp(f, x, v):
    asked = not x.requires_grad
    if asked:
        x.requires_grad_(True)
    try:
        y = f(x)
        g = torch.autograd.grad(y, x, grad_outputs=v)[0]
    finally:
        if asked:
            x.requires_grad_(False)
    return y.detach(), g
