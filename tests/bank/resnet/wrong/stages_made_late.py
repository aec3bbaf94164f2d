"""The stages are made in the first call: an optimizer made before knows nothing of them."""
# criterion: training

from reference import *  # the reference solution of the same exercise; only in the bank
from torch import nn


class Net(nn.Module):
    def __init__(self, k, c):
        super().__init__()
        self.k, self.c, self.body = k, c, None
        self.head = nn.Linear(512, k)

    def forward(self, X):
        if self.body is None:
            self.body = nn.Sequential(
                nn.Conv2d(self.c, 64, 7, 2, 3),
                nn.BatchNorm2d(64),
                nn.ReLU(),
                nn.MaxPool2d(3, 2, 1),
                *resnet_block(64, 64, 2, True),
                *resnet_block(64, 128, 2),
                *resnet_block(128, 256, 2),
                *resnet_block(256, 512, 2),
            )
        return self.head(self.body(X).mean((2, 3)))


def resnet18(num_classes=10, in_channels=1):
    return Net(num_classes, in_channels)
