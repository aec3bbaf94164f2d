"""The layer of 120 units is a convolution of 5×5, as in LeCun's paper."""

from torch import nn
from reference import layer_shapes


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Conv2d(6, 16, kernel_size=5), nn.Sigmoid(), nn.AvgPool2d(2, 2), nn.Conv2d(16, 120, kernel_size=5), nn.Sigmoid(), nn.Flatten(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10))
