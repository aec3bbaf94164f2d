"""The submission's own BatchNorm layer of exercise 8 normalises; its mode is the grad mode."""
import torch
import torch.nn.functional as F
from torch import nn

from batch_norm import BatchNorm


class Residual(nn.Module):
    def __init__(self, input_channels, num_channels, use_1x1conv=False, strides=1):
        super().__init__()
        self.conv1 = nn.Conv2d(input_channels, num_channels, 3, padding=1, stride=strides)
        self.bn1 = BatchNorm(num_channels, 4)
        self.conv2 = nn.Conv2d(num_channels, num_channels, 3, padding="same")
        self.bn2 = BatchNorm(num_channels, 4)
        self.register_module("conv3", nn.Conv2d(input_channels, num_channels, 1, stride=strides) if use_1x1conv else None)

    def forward(self, X):
        Y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(X)))))
        return torch.relu(Y + (X if self.conv3 is None else self.conv3(X)))


def resnet_block(input_channels, num_channels, num_residuals, first_block=False):
    widths = [input_channels] + [num_channels] * num_residuals
    return [
        Residual(i, o) if first_block or k else Residual(i, o, use_1x1conv=True, strides=2)
        for k, (i, o) in enumerate(zip(widths, widths[1:]))
    ]


def resnet18(num_classes=10, in_channels=1):
    layers = [nn.Conv2d(in_channels, 64, 7, stride=2, padding=3), BatchNorm(64, 4), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    for k, (i, o) in enumerate([(64, 64), (64, 128), (128, 256), (256, 512)]):
        layers += resnet_block(i, o, 2, first_block=k == 0)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, num_classes))
