"""A batch normalisation of one's own with buffers named mean and var, and scale and shift for its parameters."""

import torch
from torch import nn


class Norm(nn.Module):
    def __init__(self, channels, eps=1e-5, momentum=0.1):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("var", torch.ones(channels))
        self.eps, self.momentum = eps, momentum

    def forward(self, X):
        if self.training:
            var, mean = torch.var_mean(X, (0, 2, 3), correction=0)
            with torch.no_grad():
                self.mean.lerp_(mean, self.momentum)
                self.var.lerp_(var, self.momentum)
        else:
            mean, var = self.mean, self.var
        factor = self.scale * torch.rsqrt(var + self.eps)
        return X * factor[:, None, None] + (self.shift - mean * factor)[:, None, None]


class Residual(nn.Module):
    def __init__(self, input_channels, num_channels, use_1x1conv=False, strides=1):
        super().__init__()
        self.conv1 = nn.Conv2d(input_channels, num_channels, 3, strides, 1)
        self.bn1 = Norm(num_channels)
        self.conv2 = nn.Conv2d(num_channels, num_channels, 3, 1, 1)
        self.bn2 = Norm(num_channels)
        self.conv3 = nn.Conv2d(input_channels, num_channels, 1, strides) if use_1x1conv else None

    def forward(self, X):
        Y = self.bn2(self.conv2(self.bn1(self.conv1(X)).relu()))
        return (Y + (X if self.conv3 is None else self.conv3(X))).relu()


def resnet_block(input_channels, num_channels, num_residuals, first_block=False):
    blocks = [Residual(input_channels, num_channels, not first_block, 1 if first_block else 2)]
    while len(blocks) < num_residuals:
        blocks.append(Residual(num_channels, num_channels))
    return blocks


def resnet18(num_classes=10, in_channels=1):
    stem = [nn.Conv2d(in_channels, 64, 7, 2, 3), Norm(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    body = resnet_block(64, 64, 2, True)
    for width in (64, 128, 256):
        body += resnet_block(width, 2 * width, 2)
    return nn.Sequential(*stem, *body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, num_classes))
