"""Nested nn.Sequential blocks from a loop, one Sigmoid for all, Xavier weights, a global network."""
from collections import OrderedDict

import torch
from torch import nn

act = nn.Sigmoid()


def block(i, o, padding):
    return nn.Sequential(OrderedDict(conv=nn.Conv2d(i, o, 5, 1, padding), act=act, pool=nn.AdaptiveAvgPool2d(14 if padding else 5)))


def init(m):
    if isinstance(m, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(m.weight)
        nn.init.zeros_(m.bias)


sizes = [400, 120, 84]


def lenet():
    net = nn.Sequential(
        nn.Sequential(*(block(i, o, p) for i, o, p in [(1, 6, 2), (6, 16, 0)])),
        nn.Flatten(),
        nn.Sequential(*(nn.Sequential(nn.Linear(i, o), act) for i, o in zip(sizes, sizes[1:]))),
        nn.Linear(sizes[-1], 10),
    )
    return net.apply(init)


def layer_shapes(net, X):
    net = net.eval()
    return [(net[i]._get_name(), tuple((X := net[i](X)).size())) for i in range(len(net))]
