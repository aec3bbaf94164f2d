"""Gradients add up from step to step."""
# criterion: values

import torch
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    for _ in range(num_steps):
        ((layer(X) - Y) ** 2).sum().backward()
        with torch.no_grad():
            layer.weight -= lr * layer.weight.grad
            layer.bias -= lr * layer.bias.grad
    return layer.weight.detach(), layer.bias.detach()
