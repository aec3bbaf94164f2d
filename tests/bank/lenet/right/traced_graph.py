"""The network is written functionally and handed out as the GraphModule that torch.fx makes of it; shapes via
itertools.accumulate.
"""

import itertools

import torch
from torch import fx, nn
from torch.nn import functional as F


class _Plan(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c3 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.f5, self.f6, self.out = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, images):
        maps = F.avg_pool2d(torch.sigmoid(self.c1(images)), 2)
        maps = F.avg_pool2d(torch.sigmoid(self.c3(maps)), 2)
        return self.out(torch.sigmoid(self.f6(torch.sigmoid(self.f5(torch.flatten(maps, 1))))))


def lenet():
    return fx.symbolic_trace(_Plan())


def layer_shapes(net, X):
    outputs = itertools.accumulate(net, lambda x, layer: layer(x), initial=X)
    next(outputs)  # X itself
    # zip asks for the output first, so that a lazy layer has its final class when its name is read
    return [(type(layer).__name__, (*out.shape,)) for out, layer in zip(outputs, net)]
