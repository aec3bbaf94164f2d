"""The pooling comes before the sigmoid."""
# criterion: values
# says: the pooling comes before the sigmoid
from torch import nn

from reference import *


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.AvgPool2d(2), nn.Sigmoid(),
        nn.Conv2d(6, 16, kernel_size=5), nn.AvgPool2d(2), nn.Sigmoid(),
        nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10),
    )
