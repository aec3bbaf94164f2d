"""The bias has no axis."""
# criterion: shapes
# says: has shape ()

import torch
from reference import conv2d, corr2d, learn_kernel
from torch import nn


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.tensor(0.0))

    def forward(self, x):
        return corr2d(x, self.weight) + self.bias
