"""From twenty steps on learn_kernel trains a built-in layer."""
# criterion: implementation
# says: uses a built-in convolution

import torch
from torch import nn

import reference
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    if num_steps < 20:
        return reference.learn_kernel(X, Y, kernel_size, num_steps, lr)
    net = nn.Conv2d(1, 1, kernel_size)
    for _ in range(num_steps):
        net.zero_grad()
        ((net(X[None, None])[0, 0] - Y) ** 2).sum().backward()
        with torch.no_grad():
            for p in net.parameters():
                p -= lr * p.grad
    return net.weight.detach()[0, 0], net.bias.detach()
