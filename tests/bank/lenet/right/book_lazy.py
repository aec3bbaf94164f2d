"""The book's lazy layers, in a module class with a net attribute."""
import torch
from torch import nn


class Module(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.LazyConv2d(6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2),
            nn.LazyConv2d(16, kernel_size=5), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2), nn.Flatten(),
            nn.LazyLinear(120), nn.Sigmoid(), nn.LazyLinear(84), nn.Sigmoid(), nn.LazyLinear(num_classes),
        )

    def forward(self, X):
        return self.net(X)


def lenet():
    return Module()


def layer_shapes(net, X):
    shapes = []
    for layer in net:
        X = layer(X)
        shapes.append((layer.__class__.__name__, X.shape))
    return shapes
