"""Gradients are clipped."""
# criterion: values

import torch
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    for _ in range(num_steps):
        layer.zero_grad()
        ((layer(X) - Y) ** 2).sum().backward()
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter -= lr * parameter.grad.clamp(-1, 1)
    return layer.weight.detach(), layer.bias.detach()
