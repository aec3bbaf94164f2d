"""Hidden suite: the residual block."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cases_resnet import Tensors, convolution_biases, draw, draw_statistics, residual, run, share_statistics
from checks_resnet import assert_works, compare_gradients, moves
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
    on_devices,
    unchanged,
)

PARTS = ("conv1", "bn1", "conv2", "bn2", "conv3")
# Arguments of Residual, and what kind of block that is.
BLOCKS = {
    "same shape": (3, 3),
    "projection, stride 2": (3, 6, True, 2),
    "projection, same channels": (4, 4, True, 1),
    "projection, stride 1": (2, 5, True, 1),
    "projection, stride 3": (4, 2, True, 3),
}
blocks = pytest.mark.parametrize("arguments", BLOCKS.values(), ids=list(BLOCKS))
modes = pytest.mark.parametrize("mode", ["train", "eval"], ids=["in training", "in evaluation"])
MOVED = ["same shape", "projection, stride 2"]


def sides(arguments: tuple, *sizes: int) -> tuple[int, ...]:
    """Height and width of a residual's output."""
    stride = arguments[3] if len(arguments) > 3 else 1
    return tuple((size - 1) // stride + 1 for size in sizes)


def by_part(parameters: Mapping[str, torch.Tensor]) -> Tensors:
    """The reference block's parameters in the order of its parts' names, which are fixed."""
    return {name: value for part in PARTS for name, value in parameters.items() if name.startswith(f"{part}.")}


def residual_pair(student, reference, harness, rng, arguments: tuple, *, named: bool = False):
    """The student's block and the reference's, with the same drawn parameters and statistics, and which is which."""
    block, own = residual(student, arguments, named=named), reference.Residual(*arguments)
    parameters, names = block.named_parameters(), harness.names_by_part(block, list(PARTS))
    for part in PARTS[:4] + PARTS[4:] * (own.conv3 is not None):
        has = any(name.startswith(f"{part}.") for name in names)
        check(has, f"Residual has no sub-module `{part}` with parameters")
    check(set(names.values()) == set(parameters), "Residual has parameters outside of its convolutions and norms")
    check(len(set(names.values())) == len(names), "two of Residual's convolutions and norms share a parameter")
    theirs = {name: parameters[registered] for name, registered in names.items()}
    drawn = {name: draw(rng, name, value.shape) for name, value in by_part(dict(own.named_parameters())).items()}
    matching = match_parameters(theirs, drawn, optional=convolution_biases(own)).renamed(names)
    drawn |= {name: torch.zeros_like(drawn[name]) for name in matching.missing}
    block.set_parameters(matching.to_theirs(drawn))
    with torch.no_grad():
        for name, parameter in own.named_parameters():
            parameter.copy_(drawn[name])
        share_statistics(harness, block, matching, draw_statistics(rng, own))
    return block, own, matching


def convolved(conv: nn.Conv2d | None, X: torch.Tensor) -> torch.Tensor:
    return X if conv is None else conv(X)


def residual_mistakes(own: nn.Module, mode: str, X: torch.Tensor) -> list[Mistake]:
    """What the block gives with one thing wrong; computed where it is asked for, with the statistics of now."""
    statistics = {layer: (layer.running_mean.clone(), layer.running_var.clone()) for layer in (own.bn1, own.bn2)}

    def norm(layer: nn.Module, y: torch.Tensor, *, batch: bool) -> torch.Tensor:
        mean, var = (None, None) if batch else statistics[layer]
        return F.batch_norm(y, mean, var, layer.weight, layer.bias, training=batch)

    def parts(*, relu=torch.relu, batch: bool = mode == "train") -> tuple[torch.Tensor, torch.Tensor]:
        y = relu(norm(own.bn1, own.conv1(X), batch=batch))
        return norm(own.bn2, own.conv2(y), batch=batch), convolved(own.conv3, X)

    def shared_norm() -> torch.Tensor:
        batch = mode == "train"
        y = torch.relu(norm(own.bn1, own.conv1(X), batch=batch))
        return torch.relu(norm(own.bn1, own.conv2(y), batch=batch) + convolved(own.conv3, X))

    def unnormalised() -> torch.Tensor:
        return torch.relu(own.conv2(torch.relu(own.conv1(X))) + convolved(own.conv3, X))

    def of_parts(combine: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Callable[[], torch.Tensor]:
        return lambda: combine(*parts())

    relu = torch.relu
    mistakes = [
        Mistake(of_parts(lambda y, skip: y + skip), "there is no ReLU after the sum"),
        Mistake(of_parts(lambda y, skip: relu(y) + skip), "the ReLU comes before the sum; it goes after it"),
        Mistake(
            of_parts(lambda y, skip: relu(relu(y) + skip)),
            "there is a ReLU before the sum; the only other one is after it",
        ),
        Mistake(of_parts(lambda y, skip: relu(y)), "the block's input is not added"),
        Mistake(
            of_parts(lambda y, skip: relu(y) + relu(skip)), "ReLU is applied to both parts instead of to their sum"
        ),
        Mistake(of_parts(lambda y, skip: relu(y - skip)), "the block's input is subtracted; add it"),
        Mistake(of_parts(lambda y, skip: relu(y + relu(skip))), "ReLU is applied to what the skip connection carries"),
        Mistake(lambda: relu(sum(parts(relu=lambda t: t))), "there is no ReLU between the two convolutions"),
        Mistake(of_parts(lambda y, skip: relu(skip)), "the convolutions' result is not added"),
        Mistake(shared_norm, "one batch normalisation is used for both convolutions"),
        Mistake(unnormalised, "there is no batch normalisation"),
        Mistake(
            lambda: relu(sum(parts(batch=mode != "train"))),
            "in training the moving statistics are used; normalise with the batch's"
            if mode == "train"
            else "in evaluation the batch's statistics are used; normalise with the moving ones",
        ),
    ]
    if own.conv3 is not None:
        without = of_parts(lambda y, skip: relu(y + X))
        mistakes.append(Mistake(without, "the block's input is added without its 1×1 projection"))
    return mistakes


@criterion("values", weight=3)
@hint("convolution, norm, ReLU, convolution, norm; add the input or its projection; then ReLU", "The residual block")
@modes
@blocks
def test_residual_values(student, reference, harness, rng, arguments, mode):
    """With given parameters Residual computes the right output"""
    block, own, _ = residual_pair(student, reference, harness, rng, arguments)
    where = f"{'training' if mode == 'train' else 'evaluation'} mode"
    for batch in (4, 1):
        X = torch.randn(batch, arguments[0], 9, 7, generator=rng)
        mistakes = residual_mistakes(own, mode, X)
        expected = run(own, mode, X).detach()
        message = f"Residual's output is wrong in {where}" + (" for a batch of one" if batch == 1 else "")
        assert_close(run(block, mode, X), expected, message, rtol=1e-3, atol=1e-3, mistakes=mistakes)


@criterion("values")
@pytest.mark.parametrize(("use_1x1conv", "strides"), [(False, 1), (True, 1), (True, 2)], ids=str)
@hint("the parameters' names and their order are in the exercise's text", "The residual block")
def test_residual_keywords(student, reference, harness, rng, use_1x1conv, strides):
    """Residual takes use_1x1conv and strides by keyword"""
    block, own, _ = residual_pair(student, reference, harness, rng, (4, 4, use_1x1conv, strides), named=True)
    X = torch.randn(2, 4, 6, 6, generator=rng)
    message = "Residual's output is wrong with use_1x1conv and strides given by keyword"
    assert_close(run(block, "eval", X), run(own, "eval", X), message, rtol=1e-3, atol=1e-3)


@criterion("shapes")
@pytest.mark.parametrize(
    ("arguments", "size", "shape"),
    [
        ((3, 3), (4, 3, 6, 6), (4, 3, 6, 6)),
        ((3, 6, True, 2), (4, 3, 6, 6), (4, 6, 3, 3)),
        ((2, 4, True, 2), (1, 2, 7, 4), (1, 4, 4, 2)),
        ((2, 3, True), (2, 2, 3, 5), (2, 3, 3, 5)),
    ],
    ids=["the example that keeps the shape", "the example that halves", "odd height", "projection only"],
)
@hint("stride 2 halves height and width, on both paths; num_channels is the output's", "The residual block")
def test_residual_shapes(student, arguments, size, shape):
    """Residual's output has the right shape"""
    block = residual(student, arguments)
    for mode in ("train", "eval"):
        assert_shape(run(block, mode, torch.ones(size)), shape, "Residual's output")


@criterion("shapes")
@hint("conv3 is the 1×1 convolution, or None", "The residual block")
@blocks
def test_residual_parts(student, reference, rng, arguments):
    """Residual's sub-modules have the right names and parameters"""
    block, own = residual(student, arguments), reference.Residual(*arguments)
    for part in PARTS[:4]:
        check(getattr(block, part) is not None, f"Residual's {part} is None")
        assert_module(getattr(block, part), f"Residual's {part}")
    third = block.conv3
    if own.conv3 is None:
        check(third is None, "without use_1x1conv Residual's conv3 should be None")
    else:
        check(third is not None, "with use_1x1conv Residual's conv3 is None")
        assert_module(third, "Residual's conv3, with use_1x1conv,")
    for part in PARTS[: 4 if own.conv3 is None else 5]:
        theirs, ours = getattr(block, part).named_parameters(), dict(getattr(own, part).named_parameters())
        check(theirs, f"Residual's {part} has no parameters")
        optional = {"bias"} if part.startswith("conv") else ()
        match_parameters(theirs, {name: value.detach() for name, value in ours.items()}, optional)


@criterion("gradients", weight=2)
@hint("nothing may be detached, on the skip connection neither", "The residual block")
@blocks
def test_residual_gradients(student, reference, harness, rng, arguments):
    """Gradients reach Residual's input and every parameter"""
    block, own, matching = residual_pair(student, reference, harness, rng, arguments)
    compare_gradients(block, own, matching, torch.randn(3, arguments[0], 7, 8, generator=rng), rng)


def fill_alive(block, rng: torch.Generator) -> None:
    """Parameters at which no ReLU is zero everywhere, so that every normalisation sees different numbers."""
    values = {}
    for name, shape in block.parameter_shapes().items():
        noise = torch.randn(shape, generator=rng)
        is_vector = sum(size != 1 for size in shape) <= 1
        values[name] = 1 + 0.1 * noise if is_vector else noise / noise[0].numel() ** 0.5
    block.set_parameters(values)


@criterion("training")
@blocks
@hint(
    "two normalisations of their own; in evaluation they use their moving statistics and leave them alone",
    "The residual block",
)
def test_statistics_follow_mode(student, harness, rng, arguments):
    """The moving statistics change in training and stay in evaluation"""
    block = residual(student, arguments)
    fill_alive(block, rng)
    X = 3 + 2 * torch.randn(4, arguments[0], 6, 6, generator=rng)
    before = harness.statistics(block)
    check(len(before) >= 2, "a batch normalisation keeps no moving mean and variance for evaluation")
    run(block, "eval", X)
    same = harness.statistics(block)
    for name, values in before.items():
        moved = any(differs(new, old, rtol=1e-6) for new, old in zip(same[name], values, strict=True))
        check(not moved, "the moving statistics change in evaluation mode")
    for number, batch in enumerate((X, X[:1], X + 1, X * 2)):
        run(block, "train", batch)
        after = harness.statistics(block)
        for name, values in before.items():
            moved = all(differs(new, old, rtol=1e-6) for new, old in zip(after[name], values, strict=True))
            message = "a moving mean or variance stays as it was in training mode"
            check(moved, message + (" after some batches" if number else ""))
        before = after


@criterion("training")
@modes
@hint("compute from the input and the parameters in every call; keep nothing of an earlier one", "The residual block")
def test_output_follows_parameters(student, rng, mode):
    """After its parameters change Residual computes with the new ones, for the same input too"""
    block = residual(student, (3, 6, True, 2))
    X = 3 + 2 * torch.randn(4, 3, 6, 6, generator=rng)
    fill_alive(block, rng)
    old = run(block, mode, X)
    assert_shape(old, (4, 6, 3, 3), "Residual's output")
    fill_alive(block, rng)
    message = "after a change of its parameters Residual's output for the same input is the old one"
    check(differs(run(block, mode, X), old, rtol=1e-3), message)


@criterion("implementation", weight=2)
@hint("`X += Y` and in-place ReLU write into the block's input; use `X + Y`", "The residual block")
@blocks
def test_input_unchanged(observed_student, rng, arguments):
    """Residual leaves its input as it was"""
    block = residual(observed_student, arguments)
    X = 3 * torch.randn(16, arguments[0], 6, 6, generator=rng)
    for mode in ("train", "eval"):
        with unchanged(f"Residual in {'training' if mode == 'train' else 'evaluation'} mode", X=X):
            assert_works(block, X, "Residual", (16, arguments[1], *sides(arguments, 6, 6)), mode)


@criterion("device")
@hint(
    "modules have to be attributes of the module (or inside an nn.Sequential), not in a plain list or dict; "
    "nothing else in `forward` may choose a device: what it makes belongs where its input is",
    "The residual block",
)
@on_devices
@pytest.mark.parametrize("arguments", [BLOCKS[kind] for kind in MOVED], ids=MOVED)
def test_residual_moves(student, harness, rng, arguments, where):
    """All of Residual moves to another device and computes there"""
    block, shape = residual(student, arguments), (2, arguments[1], *sides(arguments, 12, 12))
    X = 3 * torch.randn(2, arguments[0], 12, 12, generator=rng)
    assert_works(block, X, "Residual", shape)
    moves(harness, block, tuple(X.shape), shape, where)


@criterion("device")
@blocks
@hint(
    "nothing may be turned into float32 on the way: new tensors take the type of the ones they work with",
    "The residual block",
)
def test_residual_double_precision(student, rng, arguments):
    """After .double() Residual computes in double precision"""
    block = residual(student, arguments)
    X = 3 * torch.randn(16, arguments[0], 6, 6, generator=rng)
    expected = assert_works(block, X, "Residual", (16, arguments[1], *sides(arguments, 6, 6)))
    message = "Residual computes something else after `.double()`: are all layers registered in the module?"
    block.double()
    assert_close(run(block, "eval", X.double()), expected, message, rtol=1e-3, atol=1e-4)
