"""Hidden suite: the shapes of an nn.Sequential's layers."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from grader.engine.errors import StudentError
from grader.testing import assert_close, check, criterion, differs, hint, mixes_devices, on_devices, unchanged

EXAMPLE = [
    ("Conv2d", (6, 28, 28)),
    ("Sigmoid", (6, 28, 28)),
    ("AvgPool2d", (6, 14, 14)),
    ("Conv2d", (16, 10, 10)),
    ("Sigmoid", (16, 10, 10)),
    ("AvgPool2d", (16, 5, 5)),
    ("Flatten", (400,)),
    ("Linear", (120,)),
    ("Sigmoid", (120,)),
    ("Linear", (84,)),
    ("Sigmoid", (84,)),
    ("Linear", (10,)),
]


def listed(result) -> list[tuple[str, tuple[int, ...]]]:
    """What layer_shapes returned, its form checked."""
    check(isinstance(result, list | tuple), "layer_shapes should return a list with one entry per layer")
    for entry in result:
        check(
            isinstance(entry, tuple | list) and len(entry) == 2 and isinstance(entry[0], str),
            "every entry of layer_shapes' list should be a pair: class name (a string) and shape",
        )
        check(
            isinstance(entry[1], tuple) and all(type(n) is int for n in entry[1]),
            "the second part of every entry should be the shape, as a tuple of integers",
        )
    return [(name, tuple(shape)) for name, shape in result]


def check_listed(result, expected: list[tuple[str, tuple[int, ...]]], kind: str) -> None:
    got = listed(result)
    check(len(got) >= len(expected), f"layer_shapes lists too few layers for {kind}: there is one entry per layer")
    check(len(got) <= len(expected), f"layer_shapes lists more entries than there are layers for {kind}")
    for (name, shape), (right_name, right_shape) in zip(got, expected, strict=True):
        check(name == right_name, f"a class name is wrong for {kind}: it should be the bare name of the layer's class")
        check(
            shape == right_shape,
            f"the shape listed for the {name} layer is wrong for {kind}: "
            "it is the shape of that layer's output, given the output of the layer before",
        )


Layer = tuple[str, list[Any], dict[str, int]]


def lenet_layers() -> list[Layer]:
    sigmoid, pool = ("Sigmoid", [], {}), ("AvgPool2d", [2], {"stride": 2})
    return [
        *[("Conv2d", [1, 6, 5], {"padding": 2}), sigmoid, pool, ("Conv2d", [6, 16, 5], {}), sigmoid, pool],
        *[("Flatten", [], {}), ("Linear", [400, 120], {}), sigmoid, ("Linear", [120, 84], {}), sigmoid],
        ("Linear", [84, 10], {}),
    ]


@criterion("shapes")
@hint("give the input to the first layer, its output to the second, and so on", "The shape after each layer")
@pytest.mark.parametrize("batch", [1, 3], ids=["one image", "three images"])
def test_layer_shapes_lenet(student, harness, batch):
    """layer_shapes lists LeNet's layers as in the documented example"""
    net = harness.sequential(lenet_layers())
    X = torch.zeros(batch, 1, 28, 28)
    result = student.layer_shapes(net, X)
    kind = "LeNet and one image" if batch == 1 else "LeNet and a batch of images"
    check_listed(result, [(name, (batch, *shape)) for name, shape in EXAMPLE], kind)


OTHER_NETS = {
    "a multilayer perceptron": (
        [
            ("Flatten", [], {}),
            ("Linear", [12, 7], {}),
            ("ReLU", [], {}),
            ("Dropout", [0.5], {}),
            ("Linear", [7, 3], {}),
        ],
        (5, 3, 4),
        [("Flatten", (5, 12)), ("Linear", (5, 7)), ("ReLU", (5, 7)), ("Dropout", (5, 7)), ("Linear", (5, 3))],
    ),
    "a convolutional network on rectangular images": (
        [("Conv2d", [3, 4, 3], {"stride": 2}), ("BatchNorm2d", [4], {}), ("MaxPool2d", [2], {}), ("Tanh", [], {})],
        (2, 3, 17, 11),
        [("Conv2d", (2, 4, 8, 5)), ("BatchNorm2d", (2, 4, 8, 5)), ("MaxPool2d", (2, 4, 4, 2)), ("Tanh", (2, 4, 4, 2))],
    ),
    "layers of a class of one's own": (
        [("Linear", [4, 3], {}), ("Doubled", [], {}), ("Doubled", [], {}), ("Linear", [12, 2], {})],
        (3, 4),
        [("Linear", (3, 3)), ("Doubled", (3, 6)), ("Doubled", (3, 12)), ("Linear", (3, 2))],
    ),
    "a network of which one layer is an nn.Sequential itself": (
        [("Sequential", [("Linear", [4, 4], {}), ("Tanh", [], {})], {}), ("Linear", [4, 2], {})],
        (3, 4),
        [("Sequential", (3, 4)), ("Linear", (3, 2))],
    ),
    "a deep network": (
        [("Identity", [], {}), *6 * [("Linear", [4, 4], {}), ("ReLU", [], {}), ("Linear", [4, 4], {})]],
        (3, 4),
        [("Identity", (3, 4)), *6 * [("Linear", (3, 4)), ("ReLU", (3, 4)), ("Linear", (3, 4))]],
    ),
    "a network of one layer": ([("Linear", [6, 1], {})], (2, 5, 6), [("Linear", (2, 5, 1))]),
    "a network on whole numbers": (
        [("Embedding", [7, 4], {}), ("Flatten", [], {}), ("Linear", [12, 2], {})],
        (5, 3),
        [("Embedding", (5, 3, 4)), ("Flatten", (5, 12)), ("Linear", (5, 2))],
    ),
    "a network whose layers have names": (
        [("Linear", [4, 3], {}), ("Sigmoid", [], {}), ("Linear", [3, 2], {})],
        (3, 4),
        [("Linear", (3, 3)), ("Sigmoid", (3, 3)), ("Linear", (3, 2))],
    ),
}


@criterion("shapes", weight=2)
@hint("nothing about LeNet may be built into layer_shapes", "The shape after each layer")
@pytest.mark.parametrize("kind", OTHER_NETS)
def test_layer_shapes_others(student, harness, rng, kind):
    """layer_shapes works for any nn.Sequential"""
    layers, shape, expected = OTHER_NETS[kind]
    net = harness.sequential(layers, ("first", "second", "third") if kind.endswith("names") else ())
    numbers = layers[0][0] == "Embedding"
    X = torch.randint(7, shape, generator=rng) if numbers else torch.randn(shape, generator=rng)
    check_listed(student.layer_shapes(net, X), expected, kind)


SMALL_NET: list[Layer] = [("Linear", [6, 5], {}), ("Sigmoid", [], {}), ("Linear", [5, 2], {})]
SMALL_SHAPES = [("Linear", (4, 5)), ("Sigmoid", (4, 5)), ("Linear", (4, 2))]


@criterion("implementation")
@hint("layer_shapes looks on: parameters, gradients, hooks and mode stay as they were", "The shape after each layer")
def test_layer_shapes_leaves_net_alone(observed_student, student, harness, rng):
    """layer_shapes leaves the network and the input as they were"""
    net = harness.sequential(SMALL_NET)
    X = torch.randn(4, 6, generator=rng)
    before = net.state_dict()
    with torch.no_grad():
        y = net(X)
    with unchanged("layer_shapes", X=X):
        result = observed_student.layer_shapes(net, X)
    check_listed(result, SMALL_SHAPES, "a small network")
    check(len(net) == 3, "layer_shapes adds layers to the network or takes some away")
    after = net.state_dict()
    same = before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before)
    check(same, "layer_shapes changes the network's parameters")
    with torch.no_grad():
        assert_close(net(X), y, "the network computes something else after layer_shapes", atol=1e-6)
    first, later, last, hooks = harness.shapes_and_later(student.layer_shapes, net, X)
    check_listed(first, SMALL_SHAPES, "a small network, when it is called again")
    check(len(later) == len(first), "the list that layer_shapes returned grows when the network is used later")
    check(hooks == 0, "layer_shapes leaves hooks in the network's layers; they run at every later use of it")
    check(last == first, "the list that layer_shapes returned changes when layer_shapes is called for another network")


@criterion("implementation")
@hint("layer_shapes looks on: parameters, buffers, gradients and mode stay as they were", "The shape after each layer")
def test_layer_shapes_leaves_gradients_alone(student, harness, rng):
    """layer_shapes leaves gradients as they were, and whether there are any"""
    net, X = harness.sequential(SMALL_NET), torch.randn(4, 6, generator=rng)
    result, before, after, required, enabled = harness.switches_after_shapes(student.layer_shapes, net, X)
    check_listed(result, SMALL_SHAPES, "a network with a frozen parameter")
    check(enabled, "after layer_shapes gradients are switched off, for whatever comes next")
    check(required == [False, True, True, True], "layer_shapes changes which of the parameters require gradients")
    check(all(gradient is not None for gradient in after), "layer_shapes takes away the parameters' gradients")
    same = not any(differs(new, old) for new, old in zip(after, before, strict=True))
    check(same, "layer_shapes changes the parameters' gradients, which an earlier backward pass has left")


@criterion("device")
@on_devices
@hint("give the input to the first layer, its output to the second, and so on", "The shape after each layer")
def test_layer_shapes_elsewhere(student, harness, where):
    """layer_shapes works on any device and in double precision, and leaves the network there"""
    net = harness.sequential([("Flatten", [], {}), ("Linear", [12, 5], {}), ("Tanh", [], {})])
    kind = f"a network in double precision on {where}"
    try:
        result, places = harness.shapes_elsewhere(student.layer_shapes, net, (3, 4, 3), where)
    except StudentError as error:
        check(not mixes_devices(error), f"layer_shapes mixes devices for {kind}: the input is X, not a new tensor")
        raise
    stay = places == [f"torch.float64 on {where}"] * 2
    check(stay, f"after layer_shapes for {kind} its parameters are elsewhere, or of another type")
    check_listed(result, [("Flatten", (3, 12)), ("Linear", (3, 5)), ("Tanh", (3, 5))], kind)
