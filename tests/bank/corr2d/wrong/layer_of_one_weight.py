"""A layer of one weight reads it as a number."""
# criterion: gradients

import torch
from reference import conv2d, corr2d
from torch import nn


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        if self.weight.numel() == 1:
            return x * self.weight.item() + self.bias
        return corr2d(x, self.weight) + self.bias


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    optimizer = torch.optim.SGD(layer.parameters(), lr)
    for _ in range(num_steps):
        optimizer.zero_grad()
        ((layer(X) - Y) ** 2).sum().backward()
        optimizer.step()
    return layer.weight.detach(), layer.bias.detach()
