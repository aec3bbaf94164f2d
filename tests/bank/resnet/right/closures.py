"""Partial applications, closures and a subclass of nn.Sequential; everything with the channels last in memory."""

import functools

import torch
from torch import nn
from torch.nn import functional as F

conv3x3 = functools.partial(nn.Conv2d, kernel_size=3, padding=1, bias=False)


class Residual(nn.Sequential):
    def __init__(self, input_channels, num_channels, use_1x1conv=False, strides=1, *, activation=F.relu):
        super().__init__()
        self.add_module("conv1", conv3x3(input_channels, num_channels, stride=strides))
        self.add_module("bn1", nn.BatchNorm2d(num_channels))
        self.add_module("conv2", conv3x3(num_channels, num_channels))
        self.add_module("bn2", nn.BatchNorm2d(num_channels))
        project = nn.Conv2d(input_channels, num_channels, 1, stride=strides) if use_1x1conv else None
        self.register_module("conv3", project)
        self.main = lambda X: self.bn2(self.conv2(activation(self.bn1(self.conv1(X)))))
        self.activation = activation

    def forward(self, X):
        shortcut = X if self.conv3 is None else self.conv3(X)
        return self.activation(torch.add(self.main(X), shortcut))


def resnet_block(input_channels, num_channels, num_residuals, first_block=False):
    first = functools.partial(Residual, use_1x1conv=not first_block, strides=1 if first_block else 2)
    widths = [input_channels] + [num_channels] * num_residuals
    makers = [first] + [Residual] * (num_residuals - 1)
    return [make(a, b) for make, a, b in zip(makers, widths, widths[1:])]


class GlobalAverage(nn.Module):
    def forward(self, X):
        return torch.einsum("nchw->nc", X) / (X.shape[-1] * X.shape[-2])


class ResNet(nn.Sequential):
    def __init__(self, stages, num_classes, in_channels):
        super().__init__(
            nn.Sequential(
                nn.Conv2d(in_channels, 64, 7, 2, 3), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)
            )
        )
        for number, (residuals, width) in enumerate(stages):
            before = stages[max(number - 1, 0)][1]
            self.append(nn.Sequential(*resnet_block(before, width, residuals, first_block=number == 0)))
        self.extend([GlobalAverage(), nn.Linear(stages[-1][1], num_classes)])


def resnet18(num_classes=10, in_channels=1, *, channels_last=True):
    net = ResNet([(2, 64), (2, 128), (2, 256), (2, 512)], num_classes, in_channels)
    return net.to(memory_format=torch.channels_last) if channels_last else net
