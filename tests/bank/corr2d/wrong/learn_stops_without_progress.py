"""Stops when the loss hardly falls any more."""
# criterion: values

import torch
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    before = float("inf")
    for step in range(num_steps):
        loss = ((layer(X) - Y) ** 2).sum()
        if abs(before - loss.item()) < 1e-9:
            break
        before = loss.item()
        layer.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter -= lr * parameter.grad
    return layer.weight.detach(), layer.bias.detach()
