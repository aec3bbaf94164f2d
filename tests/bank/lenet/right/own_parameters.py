"""Bare parameters, the linear weights stored (in, out), everything else by hand."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.k1, self.k1b = self.make(6, 1, 5, 5), nn.Parameter(torch.zeros(6))
        self.k2, self.k2b = self.make(16, 6, 5, 5), nn.Parameter(torch.zeros(1, 16, 1, 1))
        self.b1, self.w1 = nn.Parameter(torch.zeros(120)), self.make(400, 120)
        self.b2, self.w2 = nn.Parameter(torch.zeros(1, 84)), self.make(120, 84)
        self.w3, self.b3 = self.make(84, 10), nn.Parameter(torch.zeros(10))

    @staticmethod
    def make(*shape):
        return nn.Parameter(torch.randn(*shape) / math.sqrt(shape[0]))

    @staticmethod
    def halve(x):
        return (x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]) / 4

    def forward(self, x):
        x = self.halve(1 / (1 + torch.exp(-F.conv2d(x, self.k1, self.k1b, padding=2))))
        x = self.halve(1 / (1 + torch.exp(-(F.conv2d(x, self.k2) + self.k2b))))
        x = torch.flatten(x, start_dim=1)
        x = torch.sigmoid(x @ self.w1 + self.b1)
        x = torch.sigmoid(x @ self.w2 + self.b2)
        return x @ self.w3 + self.b3


def lenet():
    return LeNet()


def layer_shapes(net, X):
    def walk(layers, X):
        if not layers:
            return []
        Y = layers[0](X)
        return [[type(layers[0]).__name__, tuple(Y.shape)], *walk(layers[1:], Y)]

    return tuple(walk(list(net), X))
