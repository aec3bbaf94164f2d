"""Biases are modules of their own after layers without."""

import torch
from torch import nn
from reference import BatchNorm, batch_norm


class Bias(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(shape))
    def forward(self, x): return x + self.bias


def lenet_bn():
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, bias=False), Bias(6, 1, 1), BatchNorm(6, 4), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Conv2d(6, 16, kernel_size=5, bias=False), Bias(16, 1, 1), BatchNorm(16, 4), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Flatten(), nn.Linear(256, 120, bias=False), Bias(120), BatchNorm(120, 2), nn.Sigmoid(),
        nn.Linear(120, 84, bias=False), Bias(84), BatchNorm(84, 2), nn.Sigmoid(), nn.Linear(84, 10, bias=False), Bias(10))
