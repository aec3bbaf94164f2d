"""The layer adds its bias to its input."""
# criterion: values

import torch
from reference import conv2d, corr2d
from torch import nn


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return corr2d(x + self.bias, self.weight)


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    optimizer = torch.optim.SGD(layer.parameters(), lr)
    for _ in range(num_steps):
        optimizer.zero_grad()
        ((layer(X) - Y) ** 2).sum().backward()
        optimizer.step()
    return layer.weight.detach(), layer.bias.detach()
