"""After eval() the layer uses its weight's .data."""
# criterion: gradients

import torch
from reference import conv2d, corr2d, learn_kernel
from torch import nn


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        weight = self.weight if self.training else self.weight.data
        return corr2d(x, weight) + self.bias
