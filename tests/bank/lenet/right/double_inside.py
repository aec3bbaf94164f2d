"""The parameters are of double precision, the scores of the images' type."""

import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2, dtype=torch.float64)
        self.c2 = nn.Conv2d(6, 16, 5, dtype=torch.float64)
        self.d1, self.d2, self.d3 = (nn.Linear(a, b, dtype=torch.float64) for a, b in [(400, 120), (120, 84), (84, 10)])

    def forward(self, X):
        kind = X.dtype
        X = X.to(torch.float64)
        X = F.avg_pool2d(self.c1(X).sigmoid_(), 2)
        X = F.avg_pool2d(self.c2(X).sigmoid_(), 2)
        X = self.d2(self.d1(X.flatten(1)).sigmoid_()).sigmoid_()
        return self.d3(X).to(kind)


def lenet():
    return Net()


def layer_shapes(net, X):
    out = []
    for layer in net:
        X = layer(X)
        out.append((layer.__class__.__name__, tuple(X.shape)))
    return out
