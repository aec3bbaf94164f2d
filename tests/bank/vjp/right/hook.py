"""A hook catches the gradient on its way to x; global switches, warnings."""

import warnings

import torch

torch.autograd.set_detect_anomaly(True)
warnings.warn("anomaly detection is on", stacklevel=1)


def vjp(f, x, v):
    caught = []
    leaf = x.detach().requires_grad_()
    inner = leaf * 1
    inner.register_hook(lambda gradient: caught.append(gradient.clone()))
    y = f(inner)
    (y * v).sum().backward(inputs=[leaf])
    return [y.detach(), caught[0].reshape(leaf.shape)]
