"""Conv2D has a bias, but forward leaves it out."""
# criterion: values
# says: leaves the bias out

import torch
from reference import conv2d, corr2d, learn_kernel
from torch import nn


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return corr2d(x, self.weight)
