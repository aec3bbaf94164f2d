"""Training on a simulated device and on the CPU ends in the same bits."""

from __future__ import annotations

import copy
import importlib
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

pytestmark = pytest.mark.usefixtures("gpus")
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "solutions"))
STEPS = 20

OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.05),
    "SGD, for-loop": lambda p: torch.optim.SGD(p, lr=0.05, foreach=False),
    "SGD, foreach": lambda p: torch.optim.SGD(p, lr=0.05, foreach=True),
    "SGD, fused": lambda p: torch.optim.SGD(p, lr=0.05, fused=True),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-3),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.001, foreach=False),
    "Adam, foreach": lambda p: torch.optim.Adam(p, lr=0.001, foreach=True),
    "Adam, fused": lambda p: torch.optim.Adam(p, lr=0.001, fused=True),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.001, foreach=False),
    "RMSprop": lambda p: torch.optim.RMSprop(p, lr=0.001, foreach=False),
}


def small_resnet() -> nn.Module:
    block = importlib.import_module("resnet").resnet_block
    return nn.Sequential(
        nn.Conv2d(1, 8, 7, stride=2, padding=3),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, padding=1),
        *block(8, 8, 1, first_block=True),
        *block(8, 16, 1),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(16, 10),
    )


NETS = {
    "lenet": lambda: importlib.import_module("lenet").lenet(),
    "lenet_bn": lambda: importlib.import_module("batch_norm").lenet_bn(),
    "resnet": small_resnet,
}


def trained(net: nn.Module, make_optimizer, device: str) -> dict[str, torch.Tensor]:
    torch.manual_seed(3)
    net = net.to(device).train()
    optimizer, loss = make_optimizer(net.parameters()), nn.CrossEntropyLoss()
    for _ in range(STEPS):
        X, y = torch.randn(16, 1, 28, 28), torch.randint(10, (16,))
        optimizer.zero_grad()
        loss(net(X.to(device)), y.to(device)).backward()
        optimizer.step()
    return {name: value.cpu() for name, value in net.state_dict().items()}


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=list(OPTIMIZERS))
@pytest.mark.parametrize("net", NETS.values(), ids=list(NETS))
def test_bit_equal(net, optimizer):
    torch.manual_seed(0)
    on_cpu = net()
    on_gpu = copy.deepcopy(on_cpu)
    expected, got = trained(on_cpu, optimizer, "cpu"), trained(on_gpu, optimizer, "cuda:1")
    assert expected.keys() == got.keys()
    different = [name for name in expected if not torch.equal(expected[name], got[name])]
    assert not different
