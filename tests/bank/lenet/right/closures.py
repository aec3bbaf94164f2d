"""Layers behind closures; layer_shapes works on a copy without values, and gives named tuples."""

import copy
from typing import NamedTuple

import torch
from torch import nn


class Entry(NamedTuple):
    name: str
    shape: torch.Size


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleDict({"first": nn.LazyConv2d(6, 5, padding=2), "second": nn.LazyConv2d(16, 5)})
        self.dense = nn.ModuleList(nn.LazyLinear(n) for n in (120, 84, 10))
        pool = nn.AvgPool2d(2)
        steps = [lambda X, c=c: pool(torch.sigmoid(c(X))) for c in self.convolutions.values()]
        steps.append(lambda X: X.flatten(1))
        steps += [lambda X, d=d: torch.sigmoid(d(X)) for d in self.dense[:-1]]
        self.steps = [*steps, lambda X: self.dense[-1](X)]

    def forward(self, X):
        for step in self.steps:
            X = step(X)
        return X


def lenet():
    return LeNet()


def layer_shapes(net: nn.Sequential, X: torch.Tensor, *, verbose: bool = False) -> list[Entry]:
    net, X = copy.deepcopy(net).to("meta"), X.to("meta")
    entries = []
    for layer in net:
        X = layer(X)
        entries.append(Entry(layer._get_name(), X.shape))
        if verbose:
            print(entries[-1])
    return entries
