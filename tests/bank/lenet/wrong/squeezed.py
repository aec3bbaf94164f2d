"""The scores of a batch of one image come without the batch's axis."""
# criterion: shapes

from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


class LeNet(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, X):
        return self.net(X).squeeze()


make = lenet


def lenet():
    return LeNet(make())
