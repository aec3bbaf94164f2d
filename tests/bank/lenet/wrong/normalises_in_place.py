"""The images are scaled in place before the first layer."""
# criterion: implementation
from torch import nn

from reference import *
from reference import lenet as original


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = original()

    def forward(self, X):
        X.sub_(X.mean()).div_(X.std())
        return self.net(X)


def lenet():
    return LeNet()
