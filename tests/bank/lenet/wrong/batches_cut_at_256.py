"""The network takes the first 256 images of a batch."""
# criterion: shapes

from torch import nn

from reference import *
import reference


class First(nn.Module):
    def forward(self, X):
        return X[:256]


def lenet():
    return nn.Sequential(First(), *reference.lenet())
