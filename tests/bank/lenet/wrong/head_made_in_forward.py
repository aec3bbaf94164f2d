"""The last layer is made anew in every forward pass."""
# criterion: training
from torch import nn

from reference import *
from reference import lenet as original


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = original()[:-1]

    def forward(self, X):
        return nn.Linear(84, 10)(self.body(X))


def lenet():
    return LeNet()
