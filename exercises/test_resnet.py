"""Exercise 9: public tests of `resnet`."""

import resnet
import torch
from torch.nn import functional as F


def test_residual_keeps_the_shape():
    assert resnet.Residual(3, 3)(torch.randn(4, 3, 6, 6)).shape == (4, 3, 6, 6)


def test_residual_halves_and_projects():
    block = resnet.Residual(3, 6, use_1x1conv=True, strides=2)
    assert block(torch.randn(4, 3, 6, 6)).shape == (4, 6, 3, 3)


def test_residual_adds_its_input():
    block = resnet.Residual(3, 3)
    block.eval()
    X = torch.randn(2, 3, 6, 6)
    block(X)  # lazy layers have no parameters before
    for parameter in [*block.conv2.parameters(), *block.bn2.parameters()]:
        torch.nn.init.zeros_(parameter)
    torch.testing.assert_close(block(X), F.relu(X))


def test_stages():
    assert [block.conv3 is not None for block in resnet.resnet_block(4, 4, 2, first_block=True)] == [False, False]
    assert [block.conv3 is not None for block in resnet.resnet_block(4, 8, 3)] == [True, False, False]


def test_resnet18():
    net = resnet.resnet18()
    net.eval()
    with torch.no_grad():
        assert net(torch.randn(1, 1, 64, 64)).shape == (1, 10)
    weights = [parameter for parameter in net.parameters() if parameter.squeeze().dim() > 1]
    assert len(weights) == 18 + 3
