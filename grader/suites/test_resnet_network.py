"""Hidden suite: ResNet-18."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

import cases_resnet
from cases_resnet import convolution_biases, pair, run
from checks_resnet import assert_all_at_once, assert_works, moves, of_any_size
from grader.testing import (
    Mistake,
    assert_close,
    assert_module,
    assert_shape,
    check,
    criterion,
    differs,
    hint,
    match_parameters,
    needs_cuda,
    unchanged,
)
from mistakes_resnet import network_mistakes

# A fixture: pytest looks for it in the file of the test.
harnesses = cases_resnet.harnesses


def resnet(student, *arguments, **options):
    """The student's network."""
    return assert_module(student.resnet18(*arguments, **options), "what resnet18(…) returns")


def with_shapes(student, harness, net):
    """The network after a forward pass, which gives lazy layers their shapes."""
    size = (2, 1, 16, 16)
    with torch.no_grad(), of_any_size(student, harness, size):
        y = net(torch.zeros(size))
    check(isinstance(y, torch.Tensor), "ResNet-18's output is no tensor")
    return net


def filled(student, harness, rng: torch.Generator):
    """The student's network with weights at which the output sees the images."""
    net = with_shapes(student, harness, without_values(student, harness))
    weights = [name for name, shape in net.parameter_shapes().items() if len(shape) > 1]
    check(weights, "the network has no weights")
    harness.fill_named(net, weights, torch.randn(65_537, generator=rng))
    return net


def without_values(student, harness, **options):
    """The student's network, quickly built: its parameters have no particular values."""
    net = harness.without_initial_values(student.resnet18, **options)
    net = assert_module(net, "what resnet18(…) returns")
    net.eval()
    return net


def outline(
    student, harness, options: Mapping[str, int], *sizes: tuple[int, ...], arguments: tuple[int, ...] = ()
) -> tuple[Mapping, list]:
    """The shapes of the student's parameters, and of what its modules return for inputs of these sizes."""
    with of_any_size(student, harness, *sizes, arguments=arguments, **options):
        found = harness.outline(student.resnet18, list(arguments), dict(options), list(sizes))
    if found is None:
        resnet(student, *arguments, **options)
    return found


@functools.lru_cache
def reference_resnet(reference: ModuleType, dtype: torch.dtype, **options: int) -> nn.Module:
    """The reference's ResNet-18, made once: whoever compares with it sets all of its parameters and statistics."""
    return reference.resnet18(**options).to(dtype)


def resnet_pair(student, reference, harnesses, once, rng, size: tuple[int, ...], dtype=torch.float32, **options):
    """The student's ResNet-18 and the reference's with the same parameters and statistics, and which is which.

    The last one returned gives what the reference computes: by itself for the first submission of a run only.
    """
    net = without_values(student, harnesses[0], **options)
    if dtype is torch.float64:
        net.double()
    own = reference_resnet(reference, dtype, **options)
    with of_any_size(student, harnesses[0], size, **options):
        matching, fill_own = pair(net, own, harnesses, torch.randn(size, generator=rng).to(dtype), rng)
    drawn = [(each.ours, each.their_shape == each.our_shape) for each in matching.pairs]

    def known(compute: Callable[[], Any], what: str = "the reference") -> Any:
        def filled_and_computed() -> Any:
            fill_own()
            return compute()

        return once(f"{what} with {drawn}", filled_and_computed)

    return net, own, matching, known


@criterion("values", weight=2)
@hint("compare the list of layers, beginning with the 7×7 convolution, one by one", "ResNet-18")
def test_resnet_in_evaluation(student, reference, harnesses, once, rng):
    """With given parameters ResNet-18 computes the right output in evaluation, with other classes and channels too"""
    sizes = {"num_classes": 7, "in_channels": 3}
    net, own, _, known = resnet_pair(student, reference, harnesses, once, rng, (2, 3, 16, 16), **sizes)
    X = torch.randn(2, 3, 41, 70, generator=rng)
    wide = torch.randn(1, 3, 40, 520, generator=rng)  # the last stage's 2×17 are more than any fixed window averages
    expected, right_for_wide = known(lambda: (run(own, "eval", X), run(own, "eval", wide)))
    atol = 1e-3 * float(expected.abs().max())
    mistakes = [
        Mistake(expected.softmax(1), "the output went through softmax; there is no activation at the end"),
        Mistake(expected.relu(), "the output went through ReLU; there is no activation at the end"),
        *(
            Mistake(lambda name=name, compute=compute: known(compute, name), name)
            for name, compute in network_mistakes(own, X).items()
        ),
    ]
    message = "ResNet-18's output is wrong in evaluation mode"
    assert_close(run(net, "eval", X), expected, message, rtol=1e-3, atol=atol, mistakes=mistakes)
    one = run(net, "eval", X[:1])
    assert_close(one, expected[:1], "ResNet-18's output for one image is wrong", rtol=1e-3, atol=atol)
    message = "ResNet-18's output is wrong for a larger image: does the average go over all of it?"
    assert_close(run(net, "eval", wide), right_for_wide, message, rtol=1e-3, atol=atol)


@criterion("values")
@hint("compare the list of layers, beginning with the 7×7 convolution, one by one", "ResNet-18")
def test_resnet_in_training(student, reference, harnesses, once, rng):
    """With given parameters ResNet-18 computes the right output in training"""
    net, own, _, known = resnet_pair(student, reference, harnesses, once, rng, (3, 1, 16, 16))
    X = torch.randn(3, 1, 40, 38, generator=rng)
    expected = known(lambda: run(own, "train", X).detach())
    message = "ResNet-18's output is wrong in training mode"
    atol = 1e-3 * float(expected.abs().max())
    assert_close(run(net, "train", X), expected, message, rtol=1e-3, atol=atol)


@criterion("training")
@hint("make the layers in every call, not once for all", "ResNet-18")
def test_networks_are_independent(student, harness):
    """Every call of resnet18 makes a network of its own"""
    first, second = (without_values(student, harness) for _ in range(2))
    size = (2, 1, 16, 16)
    with of_any_size(student, harness, size):
        assert_all_at_once(harness, first, torch.zeros(size), "the network")
    with_shapes(student, harness, second)
    check(first.parameter_shapes(), "the network has no parameters")
    shared = harness.share_tensors(first, second)
    check(shared is False, "two calls of resnet18 give networks that share tensors: to train one changes the other")


@criterion("shapes")
@hint("17 convolutions and a linear layer on the main path, three projections beside it", "ResNet-18")
def test_resnet_parameters(student, reference, harness):
    """ResNet-18 has the parameters of its eighteen layers, their normalisations and the projections"""
    options = {"num_classes": 4, "in_channels": 2}
    shapes, _ = outline(student, harness, options, (2, 2, 32, 32))
    with torch.device("meta"):
        own = reference.resnet18(**options)
    theirs = {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}
    match_parameters(theirs, dict(own.named_parameters()), optional=convolution_biases(own))


EXAMPLE = [(1, 64, 56, 56), (1, 64, 56, 56), (1, 128, 28, 28), (1, 256, 14, 14), (1, 512, 7, 7), (1, 10)]


@criterion("shapes")
@hint("compare with the table of shapes in the exercise's text, one stage after the other", "ResNet-18")
def test_resnet_example_shapes(student, harness):
    """ResNet-18's stages have the documented shapes for an image of 224×224"""
    _, (shapes,) = outline(student, harness, {}, (1, 1, 224, 224))
    check(shapes, "ResNet-18's output is not a tensor")
    shapes = [tuple(shape) for shape in shapes]
    check(shapes[-1] == EXAMPLE[-1], "ResNet-18's output for one image should have shape (1, 10)")
    position = 0
    for expected in EXAMPLE:
        there = expected in shapes[position:]
        check(there, f"for an image of 224×224 no stage gives shape {expected} where the documented example has it")
        position += shapes[position:].index(expected) + 1


@criterion("shapes")
@hint("one row per image, one column per class; the global average makes any image size fit", "ResNet-18")
def test_resnet_output_shape(student, harness):
    """ResNet-18 gives num_classes numbers per image, for images of any size; in_channels is its second parameter"""
    for classes, *sizes in ((17, (1, 2, 96, 64), (3, 2, 28, 28)), (1, (2, 2, 33, 40))):
        _, found = outline(student, harness, {}, *sizes, arguments=(classes, 2))
        for size, shapes in zip(sizes, found, strict=True):
            check(shapes, "ResNet-18's output is not a tensor")
            shape, right = tuple(shapes[-1]), (size[0], classes)
            said = f"ResNet-18's output for images of shape {size} and {classes} class{'es' * (classes > 1)}"
            check(shape == right, f"{said} has shape {shape}; it should be {right}")


@criterion("training")
@hint("in evaluation every normalisation uses its moving statistics and leaves them alone", "ResNet-18")
def test_resnet_statistics_follow_mode(student, harness, rng):
    """ResNet-18's moving statistics change in training and stay in evaluation"""
    net = filled(student, harness, rng)
    X = 2 + torch.randn(3, 1, 16, 20, generator=rng)
    before = harness.statistics(net)
    check(before, "ResNet-18 has no batch normalisation that keeps moving statistics")
    first = run(net, "eval", X)
    same = harness.statistics(net)
    for name, values in before.items():
        moved = any(differs(new, old, rtol=1e-6) for new, old in zip(same[name], values, strict=True))
        check(not moved, "the moving statistics change in evaluation mode")
    run(net, "train", X)
    after = harness.statistics(net)
    for name, values in before.items():
        moved = all(differs(new, old, rtol=1e-6) for new, old in zip(after[name], values, strict=True))
        check(moved, "a moving mean or variance stays as it was in training mode")
    check(differs(run(net, "eval", X), first), "after a training batch the output in evaluation is the same as before")


@criterion("implementation")
@hint("`X += Y` and in-place ReLU write into a block's input; use `X + Y`", "ResNet-18")
def test_resnet_input_unchanged(observed_student, harness, rng):
    """ResNet-18 leaves the images as they were"""
    net = filled(observed_student, harness, rng)
    X = torch.randn(2, 1, 16, 20, generator=rng)
    for mode in ("train", "eval"):
        with unchanged(f"ResNet-18 in {'training' if mode == 'train' else 'evaluation'} mode", X=X):
            assert_works(net, X, "ResNet-18", (2, 10), mode)


@criterion("gradients")
@hint("every layer has to be a torch operation on the output of the one before; nothing may be detached", "ResNet-18")
def test_resnet_gradients(student, reference, harnesses, once, rng):
    """Gradients reach ResNet-18's images and every parameter"""
    # In double precision, where no ReLU is on another side by rounding alone; late, for what networks share stays so.
    net, own, matching, known = resnet_pair(student, reference, harnesses, once, rng, (3, 1, 16, 16), torch.float64)
    X = torch.randn(2, 1, 33, 38, generator=rng, dtype=torch.float64).requires_grad_()
    cotangent = torch.randn(2, 10, generator=rng, dtype=torch.float64)
    noise = torch.randn(65_537, generator=rng, dtype=torch.float64)

    def right_ones() -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        X_own = X.detach().clone().requires_grad_()
        run(own, "train", X_own).backward(cotangent)
        summary = harnesses[1].gradient_summary(own, noise, [])
        own.zero_grad()
        return X_own.grad, summary

    y = run(net, "train", X)
    check(y.requires_grad, "the output does not depend on the parameters for autograd: the graph is cut")
    assert_shape(y, (2, 10), "ResNet-18's output")
    y.backward(cotangent.to(y.dtype))
    check(X.grad is not None, "no gradient reaches the images")
    right_for_images, ours = known(right_ones)
    assert_close(X.grad, right_for_images, "the gradient for the images is wrong", rtol=1e-2, atol=1e-4)
    theirs = harnesses[0].gradient_summary(net, noise, matching.transposed())
    for each in matching.pairs:
        got, right = theirs[each.theirs], ours[each.ours]
        what = f"a parameter of ResNet-18 of shape {each.our_shape}"
        check(got is not None, f"no gradient reaches {what}")
        close = {"rtol": 0, "atol": 1e-2 * float(right[0]) + 1e-3}
        assert_close(got, right, f"the gradient for {what} is wrong", **close)
    X = torch.randn(1, 1, 16, 16, generator=rng).to(X.dtype).requires_grad_()
    net.eval()
    y = net(X)
    where = "in evaluation mode, with gradients enabled"
    check(y.requires_grad, f"the output does not depend on the parameters for autograd {where}: the graph is cut")
    assert_shape(y, (1, 10), "ResNet-18's output")
    (gradient,) = torch.autograd.grad(y, X, torch.randn(y.shape, generator=rng).to(y.dtype), allow_unused=True)
    check(gradient is not None and bool((gradient != 0).any()), f"no gradient reaches the images {where}")


@criterion("device")
@pytest.mark.parametrize("where", ["cpu", pytest.param("cuda:1", marks=needs_cuda(2))])
@hint(
    "modules have to be attributes of the module (or inside an nn.Sequential), not in a plain list or dict; "
    "nothing else in `forward` may choose a device: what it makes belongs where its input is",
    "ResNet-18",
)
def test_resnet_moves(student, harness, rng, where):
    """All of ResNet-18 moves to another device and computes there"""
    net = filled(student, harness, rng)
    assert_works(net, torch.randn(2, 1, 16, 16, generator=rng), "ResNet-18", (2, 10))
    moves(harness, net, (2, 1, 16, 16), (2, 10), where)
