"""Exercise 7: public tests of `lenet`."""

import lenet
import torch
from torch import nn


def test_output_shape():
    assert lenet.lenet()(torch.randn(2, 1, 28, 28)).shape == (2, 10)


def test_number_of_parameters():
    net = lenet.lenet()
    net(torch.zeros(2, 1, 28, 28))  # lazy layers have no parameters before
    sizes = sorted(parameter.numel() for parameter in net.parameters())
    assert sizes == [6, 10, 16, 84, 120, 150, 840, 2400, 10_080, 48_000]


def test_layer_shapes():
    net = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2, 2), nn.Flatten())
    assert lenet.layer_shapes(net, torch.randn(1, 1, 28, 28)) == [
        ("Conv2d", (1, 6, 28, 28)),
        ("Sigmoid", (1, 6, 28, 28)),
        ("AvgPool2d", (1, 6, 14, 14)),
        ("Flatten", (1, 1176)),
    ]
