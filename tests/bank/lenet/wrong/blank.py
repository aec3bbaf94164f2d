"""The layers are there, but forward gives zeros."""
# criterion: values

from reference import *  # the reference solution of the same exercise; only in the bank


from reference import lenet as right
from torch import nn


class Blank(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = right()

    def forward(self, X):
        return 0 * self.net(X)


def lenet():
    return Blank()
