"""The bias is updated from the output of the updated weight; the start comes from Python's random numbers."""
# criterion: values

import random

import torch

from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    rows, columns = kernel_size
    layer.weight.data = torch.tensor([[random.uniform(-1, 1) for _ in range(columns)] for _ in range(rows)])
    for _ in range(num_steps):
        for p in (layer.weight, layer.bias):
            (g,) = torch.autograd.grad(((layer(X) - Y) ** 2).sum(), p)
            with torch.no_grad():
                p -= lr * g
    return layer.weight.detach(), layer.bias.detach()
