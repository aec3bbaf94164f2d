"""A block that is a dataclass; ReLU by clamp and maximum."""

from dataclasses import dataclass

import torch
from torch import nn


@dataclass(eq=False)
class Residual(nn.Module):
    input_channels: int
    num_channels: int
    use_1x1conv: bool = False
    strides: int = 1

    def __post_init__(self):
        super().__init__()
        i, o, s = self.input_channels, self.num_channels, self.strides
        self.bn2, self.bn1 = nn.BatchNorm2d(o), nn.BatchNorm2d(o)
        self.register_module("conv3", None)
        if self.use_1x1conv:
            self.conv3 = nn.Conv2d(i, o, 1, s)
        self.conv2, self.conv1 = nn.Conv2d(o, o, 3, padding="same"), nn.Conv2d(i, o, 3, s, 1)

    def forward(self, X):
        Y = self.bn1(self.conv1(X)).clamp(min=0)
        Z = torch.add(self.bn2(self.conv2(Y)), X if self.conv3 is None else self.conv3(X))
        return torch.maximum(Z, torch.zeros_like(Z))


def resnet_block(input_channels, num_channels, num_residuals, first_block=False):
    blocks = []
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blocks.append(Residual(input_channels, num_channels, use_1x1conv=True, strides=2))
        else:
            blocks.append(Residual(num_channels, num_channels))
    return blocks


def resnet18(num_classes=10, in_channels=1):
    return nn.Sequential(
        nn.Sequential(
            nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        ),
        nn.Sequential(*resnet_block(64, 64, 2, first_block=True)),
        nn.Sequential(*resnet_block(64, 128, 2)),
        nn.Sequential(*resnet_block(128, 256, 2)),
        nn.Sequential(*resnet_block(256, 512, 2)),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(512, num_classes),
    )
