"""The first dense layer is a convolution as large as its input."""

from torch import nn
from reference import BatchNorm, batch_norm


def lenet_bn():
    def block(conv, c, *pool): return [conv, BatchNorm(c, 4), nn.Sigmoid(), *pool]
    return nn.Sequential(*block(nn.Conv2d(1, 6, 5), 6, nn.AvgPool2d(2)), *block(nn.Conv2d(6, 16, 5), 16, nn.AvgPool2d(2)),
        *block(nn.Conv2d(16, 120, 4), 120), *block(nn.Conv2d(120, 84, 1), 84), nn.Conv2d(84, 10, 1), nn.Flatten())
