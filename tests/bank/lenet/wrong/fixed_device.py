"""A mask of ones is made on the CPU in every forward pass."""
# criterion: device
import torch
from torch import nn

from reference import *
from reference import lenet as original


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = original()

    def forward(self, X):
        return self.net(X * torch.ones(28, 28, device="cpu"))


def lenet():
    return LeNet()
