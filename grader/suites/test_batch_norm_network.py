"""Hidden suite: batch normalisation in LeNet."""

from __future__ import annotations

import pytest
import torch

from cases_batch_norm import ARCHITECTURE, CANCELLED, draw_images, run
from checks_batch_norm import moved
from grader.engine.errors import StudentError
from grader.testing import (
    Mistake,
    assert_close,
    assert_module,
    assert_sees_input,
    assert_shape,
    check,
    criterion,
    differs,
    fill_parameters,
    hint,
    match_parameters,
    mixes_devices,
    on_devices,
)
from mistakes_batch_norm import network_mistakes, network_variant


@criterion("training")
@hint(
    "make the layers in lenet_bn(), or in the constructor of the class that it makes an object of",
    "LeNet with batch normalisation",
)
def test_networks_are_independent(student, rng):
    """Every call of lenet_bn() builds a network of its own"""
    first, second = filled(student, rng), built(student)
    X = torch.rand(4, 1, 28, 28, generator=rng)
    y = run(second, "eval", X)
    assert_works(first, "train", X)
    shared = differs(run(second, "eval", X), y, rtol=1e-5)
    check(not shared, "two calls of lenet_bn() give networks that share their moving statistics")
    before = second.named_parameters()
    first.set_parameters({name: value + 1 for name, value in first.named_parameters().items()})
    after = second.named_parameters()
    same = all(torch.equal(after[name], value) for name, value in before.items())
    check(same, "two calls of lenet_bn() give networks that share their parameters: to train one changes the other")


def draw_network_parameters(rng: torch.Generator) -> dict[str, torch.Tensor]:
    drawn = {}
    for name, shape in ARCHITECTURE.items():
        noise = torch.randn(shape, generator=rng)
        if name.endswith("weight"):
            noise = 2 * noise / torch.Size(shape[1:]).numel() ** 0.5
        drawn[name] = 1 + noise.abs() if name.endswith("gamma") else noise
    return drawn


def built(student):
    """The student's network; a forward pass gives lazy layers their shapes."""
    net = assert_module(student.lenet_bn(), "what lenet_bn() returns").eval()
    try:
        with torch.no_grad():
            net(torch.zeros(2, 1, 28, 28))
    except StudentError as error:
        message = "a new network of lenet_bn() does not take images on the CPU, though nobody has moved it"
        check(not mixes_devices(error), message)
        raise
    return net


def assert_works(net, mode: str, X: torch.Tensor) -> None:
    """The network gives ten numbers per image, other ones for other images."""
    assert_sees_input(run(net, mode, X), (len(X), 10), "lenet_bn")


def filled(student, rng: torch.Generator):
    """The student's network, whatever its parameters are, with values at which the output sees the images."""
    net = built(student)
    fill_parameters(net, rng)
    return net


def draw_network(student, reference, harness, rng):
    """The student's network with drawn parameters, the reference's with the same, the values, and which is which."""
    net = built(student)
    drawn = draw_network_parameters(rng)
    matching = match_parameters(net.named_parameters(), drawn, optional=CANCELLED)
    drawn |= {name: torch.zeros_like(drawn[name]) for name in matching.missing}
    net.set_parameters(matching.to_theirs(drawn))
    harness.reset(net)
    own = reference.lenet_bn().eval()
    with torch.no_grad():
        own(torch.zeros(2, 1, 28, 28))
        parameters = dict(own.named_parameters())
        for name, value in match_parameters(parameters, drawn, optional=CANCELLED).to_theirs(drawn).items():
            parameters[name].copy_(value)
    return net, own, drawn, matching


@criterion("values", weight=2)
@hint(
    "go through the list of layers one by one; every normalisation stands between a layer and its sigmoid",
    "LeNet with batch normalisation",
)
@pytest.mark.parametrize("batch", [4, 9], ids=["a small batch", "a larger batch"])
def test_network_in_training(student, reference, harness, rng, batch):
    """With given parameters lenet_bn computes the right output in training"""
    net, own, drawn, _ = draw_network(student, reference, harness, rng)
    X = draw_images(rng, batch)
    with torch.no_grad():
        mistakes = network_mistakes(drawn, X)
    expected = run(own, "train", X).detach()
    got = run(net, "train", X)
    assert_close(got, expected, "lenet_bn's output is wrong in training", rtol=1e-2, atol=2e-3, mistakes=mistakes)


@criterion("training", weight=2)
@hint("in evaluation every normalisation has to use its moving statistics", "LeNet with batch normalisation")
def test_network_in_evaluation(student, reference, harness, rng):
    """After training batches lenet_bn predicts with the moving statistics"""
    net, own, drawn, _ = draw_network(student, reference, harness, rng)
    for batch in (6, 1, 6):
        X = draw_images(rng, batch)
        run(net, "train", X)
        run(own, "train", X)
    X = draw_images(rng, 5)
    expected = run(own, "eval", X)
    with torch.no_grad():
        batch = network_variant(drawn, X)
    mistakes = [Mistake(batch, "in evaluation lenet_bn normalises with the batch's statistics")]
    message = "lenet_bn's output is wrong in evaluation after training batches, one of them of one image"
    assert_close(run(net, "eval", X), expected, message, rtol=1e-2, atol=2e-3, mistakes=mistakes)
    one = run(net, "eval", X[:1])
    assert_shape(one, (1, 10), "lenet_bn's output for one image")
    assert_close(one, expected[:1], "in evaluation lenet_bn's output for one image is wrong", rtol=1e-2, atol=2e-3)


@criterion("shapes")
@hint(
    "five layers with weight and bias, four normalisations with gamma and beta; all of them attributes of the module",
    "LeNet with batch normalisation",
)
def test_network_parameters(student):
    """lenet_bn has the parameters of its five layers and four normalisations"""
    shapes = {name: torch.empty(shape) for name, shape in ARCHITECTURE.items()}
    match_parameters(built(student).named_parameters(), shapes, optional=CANCELLED)


@criterion("shapes")
@pytest.mark.parametrize("batch", [2, 5], ids=["two images", "five images"])
@hint("one row per image, one column per class", "LeNet with batch normalisation")
def test_network_output_shape(student, batch):
    """lenet_bn gives ten numbers per image"""
    net = built(student)
    X = torch.rand(batch, 1, 28, 28)
    for mode in ("train", "eval"):
        assert_shape(run(net, mode, X), (batch, 10), "lenet_bn's output for a batch of images")
    assert_shape(run(net, "eval", X[:1]), (1, 10), "lenet_bn's output for one image")


@criterion("gradients", weight=2)
@hint(
    "every layer has to be a torch operation on the output of the one before; nothing may be detached",
    "LeNet with batch normalisation",
)
def test_network_gradients(student, reference, harness, rng):
    """Gradients reach lenet_bn's images and every parameter"""
    net, own, drawn, matching = draw_network(student, reference, harness, rng)
    net.zero_grad()
    X = draw_images(rng, 7).requires_grad_()
    X_own = X.detach().clone().requires_grad_()
    y, expected = run(net, "train", X), run(own, "train", X_own)
    check(y.requires_grad, "lenet_bn's output does not depend on its parameters for autograd: the graph is cut")
    assert_shape(y, (7, 10), "lenet_bn's output")
    cotangent = torch.randn(y.shape, generator=rng)
    y.backward(cotangent)
    expected.backward(cotangent)
    own_matching = match_parameters(dict(own.named_parameters()), drawn, optional=CANCELLED)
    right = own_matching.to_ours({name: parameter.grad for name, parameter in own.named_parameters()})
    right["the images"] = X_own.grad
    got = {"the images": X.grad, **matching.to_ours(net.gradients())}
    for name, gradient in got.items():
        part = name.partition(".")[2]
        what = f"a {part} of shape {ARCHITECTURE[name]} in lenet_bn" if part else name
        check(gradient is not None, f"no gradient reaches {what}")
        if name not in CANCELLED:  # those gradients are rounding errors around zero
            scale = float(right[name].abs().max())
            message = f"the gradient for {what} is wrong"
            assert_close(gradient, right[name], message, rtol=1e-2, atol=1e-3 * max(scale, 1.0))


@criterion("implementation")
@hint("use your own BatchNorm layer four times, a new one each time", "LeNet with batch normalisation")
def test_network_uses_own_layer(student, harness):
    """lenet_bn normalises with four BatchNorm layers of the submission's own"""
    net = built(student)
    with torch.no_grad():
        order = harness.calls(net.eval(), student.BatchNorm, torch.rand(3, 1, 28, 28))
    check(len(order) > 0, "lenet_bn does not use the module's own BatchNorm")
    check(len(order) == 4, "lenet_bn should normalise four times with BatchNorm")
    check(len(set(order)) == 4, "lenet_bn uses one BatchNorm layer in several places")


@criterion("device")
@on_devices
@hint(
    "layers have to be attributes of the module (or inside an nn.Sequential), not in a plain list or dict",
    "LeNet with batch normalisation",
)
def test_network_moves(student, harness, rng, where):
    """lenet_bn moves to another device and computes there, first in training, then in evaluation"""
    net = filled(student, rng)
    X = draw_images(rng, 4)
    assert_works(net, "train", X)
    moved(harness, net, X, where, [True, False])
