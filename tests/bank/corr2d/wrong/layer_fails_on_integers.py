"""The layer has a correlation of its own, a matrix product that takes no integers."""
# criterion: values

import torch
from reference import conv2d, corr2d, learn_kernel
from torch import nn


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        h, w = self.weight.shape
        rows = x.unfold(0, h, 1).unfold(1, w, 1).flatten(2)
        return rows @ self.weight.flatten() + self.bias
