"""Convolutions as products of a matrix with the unfolded image: one weight is (out, in · k · k), the other turned."""

import torch
from torch import nn
from torch.nn import functional as F

from reference import *


class Convolution(nn.Module):
    def __init__(self, channels_in, channels_out, size, padding, turned):
        super().__init__()
        weight = torch.randn(channels_out, channels_in * size**2) / (channels_in * size**2) ** 0.5
        self.weight = nn.Parameter(weight.T.contiguous() if turned else weight)
        self.bias = nn.Parameter(torch.zeros(channels_out, 1))
        self.size, self.padding, self.turned = size, padding, turned

    def forward(self, X):
        columns = F.unfold(X, self.size, padding=self.padding)
        matrix = self.weight.T if self.turned else self.weight
        height = X.shape[-2] + 2 * self.padding - self.size + 1
        return (matrix @ columns + self.bias).unflatten(-1, (height, -1))


def lenet():
    return nn.Sequential(
        Convolution(1, 6, 5, 2, turned=False),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
        Convolution(6, 16, 5, 0, turned=True),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )
