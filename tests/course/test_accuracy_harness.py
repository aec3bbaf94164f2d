"""What the accuracy tests see of networks that are written in other ways than the reference's."""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path

import pytest
import torch
from torch import nn

from grader.course import load_course
from grader.testing import CheckFailed, match_state

COURSE = load_course(Path(__file__).resolve().parents[2] / "course.yaml")


@pytest.fixture(scope="module")
def suites():
    """Imports modules of the suites' folder, and the references."""
    folders = [str(COURSE.suites_dir), str(COURSE.solutions_dir)]
    sys.path[:0] = folders
    yield importlib.import_module
    for folder in folders:
        sys.path.remove(folder)


class OwnCall(nn.Module):
    """Computes in `__call__`."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)

    def __call__(self, X):
        return self.layer(X)


def instance_forward():
    net = nn.Linear(3, 2)
    net.forward = types.MethodType(lambda self, X: nn.functional.linear(X, self.weight, self.bias), net)
    return net


NETWORKS = {
    "a usual one": lambda: nn.Linear(3, 2),
    "forward set on the instance": instance_forward,
    "its own __call__": OwnCall,
    "scripted": lambda: torch.jit.script(nn.Sequential(nn.Linear(3, 2))),
    "wrapped by torch.compile": lambda: torch.compile(nn.Linear(3, 2), backend="eager"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
def test_every_forward_pass_is_seen_once(suites, make):
    net, before, after = make(), [], []
    suites("harness_networks").observe(net, lambda _net, place: before.append(place), lambda _net, y: after.append(y))
    X = torch.ones(4, 3)
    y = net(X)
    assert before == ["cpu"]
    assert after[0] is y
    net.eval()
    assert len(list(net.parameters())) == 2


def test_the_forward_method_is_seen_too(suites):
    net, places = nn.Linear(3, 2), []
    suites("harness_networks").observe(net, lambda _net, place: places.append(place))
    net.forward(torch.ones(1, 3))
    assert places == ["cpu"]


class Reversed(nn.Module):
    """The residual block, its parts registered in another order and without biases that norms take away."""

    def __init__(self, input_channels, num_channels, use_1x1conv=False, strides=1):
        super().__init__()
        self.conv3 = nn.Conv2d(input_channels, num_channels, 1, strides) if use_1x1conv else None
        self.bn2, self.bn1 = nn.BatchNorm2d(num_channels), nn.BatchNorm2d(num_channels)
        self.conv2 = nn.Conv2d(num_channels, num_channels, 3, 1, 1, bias=False)
        self.conv1 = nn.Conv2d(input_channels, num_channels, 3, strides, 1, bias=False)

    def forward(self, X):
        Y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(X)))))
        return torch.relu(Y + (X if self.conv3 is None else self.conv3(X)))


def reversed_block(input_channels, num_channels, num_residuals, first_block=False):
    blocks = [Reversed(num_channels, num_channels) for _ in range(num_residuals)]
    return blocks if first_block else [Reversed(input_channels, num_channels, True, 2), *blocks[1:]]


def test_a_network_registered_in_another_order_is_measured_as_it_is(suites):
    networks, accuracy, suite = suites("harness_networks"), suites("harness_accuracy"), suites("test_training_accuracy")
    theirs = accuracy.small_residual_network(reversed_block)
    own = accuracy.small_residual_network(suites("resnet").resnet_block)
    X = torch.randn(6, 1, 28, 28)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.copy_(torch.randn(parameter.shape) / max(parameter[0].numel(), 4) ** 0.5)
        for _ in range(5):
            theirs(X)  # moving statistics of its own
    statistics = networks.statistics(theirs)
    parameters = {name: theirs.get_parameter(name).detach().clone() for name in networks.order_of_use(theirs, X)}
    networks.set_statistics(theirs, statistics)  # the order of use was found in training mode
    suite.take_over(own, networks.order_of_use(own, X), parameters, statistics, "network")
    torch.testing.assert_close(own.eval()(X), theirs.eval()(X), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("statistics", [{}, {"0.1": None}, {"0.1": [torch.zeros(3)]}, {"0.1": 1}, []])
def test_statistics_that_are_none_are_a_message_for_the_student(suites, statistics):
    accuracy, suite = suites("harness_accuracy"), suites("test_training_accuracy")
    own = accuracy.small_residual_network(suites("resnet").resnet_block)
    parameters = {name: parameter.detach() for name, parameter in own.named_parameters()}
    with pytest.raises(CheckFailed, match="moving statistics"):
        suite.take_over(own, list(parameters), parameters, statistics, "network")


def test_state_is_kept_by_the_owner_of_the_parameters_or_the_nearest_module():
    owners = {"0.1": "0.norm.scale", "1.bn1": "1.bn1.affine", "1.bn2": "1.bn2", "2": "head"}
    present = {"0.norm.moving": 6, "1.bn1": 6, "1.bn2": 6, "1.other": 8}
    wanted = {"0.1": 6, "1.bn1": 6, "1.bn2": 6, "2": 7, "3": 6}
    expected = {"0.1": "0.norm.moving", "1.bn1": "1.bn1", "1.bn2": "1.bn2", "2": None, "3": None}
    assert match_state(owners, wanted, present) == expected
