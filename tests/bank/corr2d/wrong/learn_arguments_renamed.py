"""learn_kernel's arguments have other names than the documented ones."""
# criterion: values

import torch
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, steps, learning_rate):
    layer = Conv2D(kernel_size)
    for step in range(steps):
        loss = ((layer(X) - Y) ** 2).sum()
        layer.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter -= learning_rate * parameter.grad
    return layer.weight.detach(), layer.bias.detach()
