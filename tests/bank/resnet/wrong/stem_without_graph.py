"""The first layers compute without gradients."""
# criterion: gradients

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from torch import nn


class Net(nn.Module):
    def __init__(self, k, c):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(c, 64, 7, 2, 3), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.stages = nn.Sequential(
            *resnet_block(64, 64, 2, True),
            *resnet_block(64, 128, 2),
            *resnet_block(128, 256, 2),
            *resnet_block(256, 512, 2),
        )
        self.head = nn.Linear(512, k)

    def forward(self, X):
        with torch.no_grad():
            X = self.stem(X)
        return self.head(self.stages(X).mean((2, 3)))


def resnet18(num_classes=10, in_channels=1):
    return Net(num_classes, in_channels)
