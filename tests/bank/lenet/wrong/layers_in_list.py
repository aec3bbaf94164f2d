"""The layers are in a plain list, where the module does not find them."""
# criterion: device
# says: the network has no parameters
from torch import nn

from reference import *
from reference import lenet as original


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = list(original())

    def forward(self, X):
        for layer in self.layers:
            X = layer(X)
        return X


def lenet():
    return LeNet()
