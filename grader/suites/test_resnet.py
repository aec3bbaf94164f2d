"""Hidden suite: residual blocks and ResNet-18."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from grader.engine.errors import StudentError
from grader.testing import (
    Mistake,
    ParameterMap,
    assert_close,
    assert_module,
    assert_sees_input,
    assert_shape,
    check,
    criterion,
    differs,
    hint,
    match_parameters,
    mixes_devices,
    needs_cuda,
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
Tensors = dict[str, torch.Tensor]
LARGE = 6_000
"""Parameters with more numbers than this are filled on both sides with the same noise, instead of sent across."""


def convolution_biases(net: nn.Module) -> set[str]:
    """Convolutions before a batch normalisation often go without; a network may."""
    return {f"{name}.bias" for name, module in net.named_modules() if isinstance(module, nn.Conv2d)}


def draw(rng: torch.Generator, name: str, shape: torch.Size) -> torch.Tensor:
    """A value for a parameter: weights of a size that keeps the scale, scales around one of either sign, shifts."""
    noise = torch.randn(shape, generator=rng)
    if len(shape) > 1:
        return noise / shape[1:].numel() ** 0.5
    return (0.5 + noise.abs()) * noise.sign() if name.endswith("weight") else 0.5 * noise


def norms(net: nn.Module) -> dict[str, nn.Module]:
    """The reference's normalisation layers by name."""
    return {name: module for name, module in net.named_modules() if hasattr(module, "running_mean")}


def draw_statistics(rng: torch.Generator, net: nn.Module) -> dict[str, list[torch.Tensor]]:
    """Sets moving statistics in the reference's network; returns them by the layer's name."""
    drawn = {}
    for name, module in norms(net).items():
        mean = 0.3 * torch.randn(module.running_mean.shape, generator=rng)
        var = 0.5 + torch.rand(module.running_var.shape, generator=rng)
        module.running_mean.copy_(mean)
        module.running_var.copy_(var)
        drawn[name] = [mean, var]
    return drawn


def share_statistics(harness, net, matching: ParameterMap, drawn: Mapping[str, list[torch.Tensor]]) -> None:
    """Gives the student's normalisation layers the reference's moving statistics."""
    owners, present = matching.owners(), harness.statistics(net)
    values = {owners[name]: tensors for name, tensors in drawn.items()}
    missing = [name for name in values if name not in present]
    check(not missing, "a batch normalisation keeps no moving mean and variance for evaluation")
    harness.set_statistics(net, values)


def run(net, mode: str, X: torch.Tensor) -> torch.Tensor:
    """One call in training mode with gradients, or in evaluation mode without."""
    getattr(net, mode)()
    with torch.set_grad_enabled(mode == "train"):
        return net(X)


def residual(student, arguments: tuple, *, named: bool = False):
    """The student's block; a forward pass gives lazy layers their shapes."""
    block = assert_module(made(student, arguments, named=named), "Residual(…)")
    block.eval()
    with torch.no_grad():
        Y = block(torch.zeros(2, arguments[0], 6, 6))
    check(isinstance(Y, torch.Tensor), "Residual's output is no tensor")
    return block


def made(module, arguments: tuple, *, named: bool):
    """What `module.Residual` makes of its arguments, its options given by position or by name."""
    options = dict(zip(("use_1x1conv", "strides"), arguments[2:], strict=False))
    return module.Residual(*arguments[:2], **options) if named else module.Residual(*arguments)


def assert_works(net, X: torch.Tensor, what: str, shape: tuple[int, ...], mode: str = "eval") -> torch.Tensor:
    """The output has the right shape and depends on the input; what its values are is other tests' business."""
    Y = run(net, mode, X)
    assert_sees_input(Y, shape, what)
    return Y.detach()


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
    X = torch.randn(4, arguments[0], 9, 7, generator=rng)
    mistakes = residual_mistakes(own, mode, X)
    expected = run(own, mode, X).detach()
    message = f"Residual's output is wrong in {'training' if mode == 'train' else 'evaluation'} mode"
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


def compare_gradients(net, own: nn.Module, matching: ParameterMap, X: torch.Tensor, rng: torch.Generator) -> None:
    """In double precision, where no ReLU is on another side by rounding alone."""
    net.double()
    own.double()
    try:
        for mode in ("eval", "train"):
            compare_gradients_in(mode, net, own, matching, X.double(), rng)
    finally:
        net.float()  # for the other tests, if a submission's blocks share layers


def compare_gradients_in(
    mode: str, net, own: nn.Module, matching: ParameterMap, X: torch.Tensor, rng: torch.Generator
) -> None:
    """Which statistics a normalisation uses in evaluation mode with gradients enabled is left open: no values there."""
    where = "" if mode == "train" else " in evaluation mode, with gradients enabled"
    for each in (net, own):
        getattr(each, mode)()
        each.zero_grad()
    X, X_own = (X.clone().requires_grad_() for _ in range(2))
    y, expected = net(X), own(X_own)
    message = "the output does not depend on the parameters for autograd: the graph is cut"
    check(y.requires_grad, message + where)
    assert_shape(y, expected.shape, "the output")
    cotangent = torch.randn(expected.shape, generator=rng, dtype=torch.float64)
    y.backward(cotangent.to(y.dtype))
    expected.backward(cotangent)
    check(X.grad is not None, f"no gradient reaches the input{where}")
    if mode == "train":
        assert_close(X.grad, X_own.grad, "the gradient for the input is wrong", rtol=1e-3, atol=1e-4)
    right = {name: parameter.grad for name, parameter in own.named_parameters()}
    for name, got in matching.to_ours(net.gradients()).items():
        what = f"a {'bias' if name.endswith('bias') else 'weight'} in {name.rpartition('.')[0]}"
        check(got is not None, f"no gradient reaches {what}{where}")
        if mode == "train":
            assert_close(got, right[name], f"the gradient for {what} is wrong", rtol=1e-3, atol=1e-4)


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
    run(block, "train", X)
    after = harness.statistics(block)
    for name, values in before.items():
        moved = all(differs(new, old, rtol=1e-6) for new, old in zip(after[name], values, strict=True))
        check(moved, "a moving mean or variance stays as it was in training mode")


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


# Arguments of resnet_block.
STAGES = {
    "first block": (4, 4, 3, True),
    "later block": (3, 6, 2),
    "later block, same channels": (4, 4, 2),
    "one residual": (2, 4, 1),
    "first block of one": (3, 3, 1, True),
    "three residuals": (2, 4, 3, False),
}
stages = pytest.mark.parametrize("arguments", STAGES.values(), ids=list(STAGES))


def stage(student, arguments: tuple) -> list:
    result = student.resnet_block(*arguments)
    check(isinstance(result, list | tuple), "resnet_block should return a list of modules")
    check(len(result) == arguments[2], "resnet_block should return as many modules as there are residuals")
    for block in result:
        assert_module(block, "every item of resnet_block's list")
    return list(result)


@criterion("shapes")
@hint("only the first residual projects and has stride 2, and in the first block none does", "A stage of blocks")
@stages
def test_stage_shapes(student, reference, rng, arguments):
    """resnet_block's list has num_residuals blocks with the right output shapes"""
    result, own = stage(student, arguments), reference.resnet_block(*arguments)
    X = torch.randn(2, arguments[0], 9, 8, generator=rng)
    for block, own_block in zip(result, own, strict=True):
        Y, X = run(block, "eval", X), run(own_block, "eval", X)
        assert_shape(Y, X.shape, "the output of a residual in resnet_block's list")


def pair(
    net, own: nn.Module, harnesses: tuple, X: torch.Tensor, rng: torch.Generator
) -> tuple[ParameterMap, Callable[[], None]]:
    """Gives the student's network drawn parameters and moving statistics: which is which, and what fills `own` alike.

    That is left to who needs it: a large reference takes long to fill, and what it computes is known after a run's
    first submission.
    """
    harness, local_harness = harnesses
    order = harness.order_of_use(net, X)  # this forward pass gives lazy layers their shapes
    shapes = net.parameter_shapes()
    theirs = {name: torch.empty(shapes[name], device="meta") for name in order}
    ours = dict(own.named_parameters())
    in_order = {name: ours[name].detach() for name in own_order(local_harness, own, X)}
    matching = match_parameters(theirs, in_order, optional=convolution_biases(own))
    large = [each for each in matching.pairs if ours[each.ours].numel() > LARGE and each.their_shape == each.our_shape]
    small = ParameterMap(tuple(each for each in matching.pairs if each not in large), matching.missing)
    values = {each.ours: draw(rng, each.ours, ours[each.ours].shape) for each in small.pairs}
    net.set_parameters(small.to_theirs(values))
    noise = torch.randn(65_537, generator=rng)
    if large:
        harness.fill_named(net, [each.theirs for each in large], noise)
    with torch.no_grad():
        statistics = draw_statistics(rng, own)
    share_statistics(harness, net, matching, statistics)

    def fill_own() -> None:
        local_harness.fill([ours[each.ours] for each in large], noise)
        with torch.no_grad():
            for name in matching.missing:
                ours[name].zero_()
            for name, value in values.items():
                ours[name].copy_(value)

    return matching, fill_own


def own_order(local_harness, own: nn.Module, X: torch.Tensor) -> list[str]:
    """The reference's parameters in the order of their use; found out once, which takes as long as the forward pass."""
    if not hasattr(own, "order"):
        own.order = local_harness.order_of_use(own, X.to(next(own.parameters())))
    return own.order


@criterion("shapes")
@hint("the parameters' names and their order are in the exercise's text", "A stage of blocks")
def test_stage_keywords(student, rng):
    """resnet_block takes first_block by keyword"""
    for first_block, side in ((True, 6), (False, 3)):
        (block,) = student.resnet_block(4, 4, 1, first_block=first_block)
        assert_module(block, "every item of resnet_block's list")
        Y = run(block, "eval", torch.randn(2, 4, 6, 6, generator=rng))
        assert_shape(Y, (2, 4, side, side), f"the output of the stage with first_block={first_block}")


def assert_all_at_once(harness, net, X: torch.Tensor, what: str) -> None:
    """The network has all of its parameters before its first call; lazy layers have them, too."""
    message = f"{what} gets parameters in its first call: an optimizer made before would not train them"
    check(harness.late_parameters(net, X) == [], message)


@criterion("training")
@hint("make the layers in the constructor, and the blocks in every call", "A stage of blocks")
def test_stages_are_independent(student, harness, rng):
    """Every residual has layers of its own, and every call of resnet_block makes blocks of its own"""
    shared = harness.share_tensors(*(residual(student, (3, 4, True, 2)) for _ in range(2)))
    check(shared is False, "two residuals share tensors: to train one changes the other")
    first, second = (harness.stack(stage(student, (3, 4, 2))) for _ in range(2))
    assert_all_at_once(harness, first, torch.zeros(2, 3, 6, 6), "a residual")
    for net in (first, second):
        assert_works(net, 3 * torch.randn(16, 3, 6, 6, generator=rng), "the stage", (16, 4, 3, 3), "train")
    before = second.named_parameters()
    first.set_parameters({name: value + 1 for name, value in first.named_parameters().items()})
    after = second.named_parameters()
    same = all(torch.equal(after[name], value) for name, value in before.items())
    check(same, "two calls of resnet_block give blocks that share their parameters: to train one changes the other")


@pytest.fixture
def harnesses(harness, local_harness):
    """The harness beside the student's code, and the same here."""
    return harness, local_harness


@criterion("values", weight=2)
@stages
@hint(
    "the residuals of a stage follow one another; which of them projects, and with which stride?", "A stage of blocks"
)
def test_stage_values(student, reference, harnesses, rng, arguments):
    """The blocks of resnet_block, one after the other, compute the right output"""
    net, own = harnesses[0].stack(stage(student, arguments)), nn.Sequential(*reference.resnet_block(*arguments))
    X = torch.randn(3, arguments[0], 9, 8, generator=rng)
    _, fill_own = pair(net, own, harnesses, X, rng)
    fill_own()
    for mode in ("eval", "train"):
        expected = run(own, mode, X).detach()
        where = "training" if mode == "train" else "evaluation"
        message = f"the blocks of resnet_block give a wrong output in {where} mode"
        assert_close(run(net, mode, X), expected, message, rtol=1e-3, atol=1e-3)


@criterion("gradients")
@hint("the output of each residual is the input of the next; nothing may be detached", "A stage of blocks")
def test_stage_gradients(student, reference, harnesses, rng):
    """Gradients go through the blocks of resnet_block"""
    arguments = (3, 6, 2)
    net, own = harnesses[0].stack(stage(student, arguments)), nn.Sequential(*reference.resnet_block(*arguments))
    X = torch.randn(3, 3, 9, 8, generator=rng)
    matching, fill_own = pair(net, own, harnesses, X, rng)
    fill_own()
    compare_gradients(net, own, matching, X, rng)
    net.zero_grad()
    net(X).sum().backward()
    for name, got in matching.to_ours(net.gradients()).items():
        message = f"no gradient reaches a parameter in {name.rpartition('.')[0]} when the input itself requires none"
        check(got is not None, message)


def resnet(student, *arguments, **options):
    """The student's network."""
    return assert_module(student.resnet18(*arguments, **options), "what resnet18(…) returns")


def with_shapes(net, channels: int = 1):
    """The network after a forward pass, which gives lazy layers their shapes."""
    with torch.no_grad():
        y = net(torch.zeros(2, channels, 16, 16))
    check(isinstance(y, torch.Tensor), "ResNet-18's output is no tensor")
    return net


def filled(student, harness, rng: torch.Generator):
    """The student's network with weights at which the output sees the images."""
    net = with_shapes(without_values(student, harness))
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
    matching, fill_own = pair(net, own, harnesses, torch.randn(size, generator=rng).to(dtype), rng)
    drawn = [(each.ours, each.their_shape == each.our_shape) for each in matching.pairs]

    def known(compute: Callable[[], Any]) -> Any:
        def filled_and_computed() -> Any:
            fill_own()
            return compute()

        return once(f"the reference with {drawn}", filled_and_computed)

    return net, own, matching, known


@criterion("values", weight=2)
@hint("compare the list of layers, beginning with the 7×7 convolution, one by one", "ResNet-18")
def test_resnet_in_evaluation(student, reference, harnesses, once, rng):
    """With given parameters ResNet-18 computes the right output in evaluation, with other classes and channels too"""
    sizes = {"num_classes": 7, "in_channels": 3}
    net, own, _, known = resnet_pair(student, reference, harnesses, once, rng, (2, 3, 16, 16), **sizes)
    X = torch.randn(2, 3, 41, 70, generator=rng)
    expected = known(lambda: run(own, "eval", X))
    atol = 1e-3 * float(expected.abs().max())
    mistakes = [
        Mistake(expected.softmax(1), "the output went through softmax; there is no activation at the end"),
        Mistake(expected.relu(), "the output went through ReLU; there is no activation at the end"),
    ]
    message = "ResNet-18's output is wrong in evaluation mode"
    assert_close(run(net, "eval", X), expected, message, rtol=1e-3, atol=atol, mistakes=mistakes)
    one = run(net, "eval", X[:1])
    assert_close(one, expected[:1], "ResNet-18's output for one image is wrong", rtol=1e-3, atol=atol)


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
    assert_all_at_once(harness, first, torch.zeros(2, 1, 16, 16), "the network")
    with_shapes(second)
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
    sizes = (1, 2, 96, 64), (3, 2, 28, 28)
    _, found = outline(student, harness, {}, *sizes, arguments=(17, 2))
    for size, shapes in zip(sizes, found, strict=True):
        check(shapes, "ResNet-18's output is not a tensor")
        shape, right = tuple(shapes[-1]), (size[0], 17)
        check(shape == right, f"ResNet-18's output for images of shape {size} has shape {shape}; it should be {right}")


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


def moves(harness, net, size: tuple[int, ...], shape: tuple[int, ...], where: str) -> None:
    """Checks that all of a network moves to another device and computes there."""
    try:
        device, got = harness.moved(net, size, "meta" if where == "cpu" else where)
    except StudentError as error:
        check(
            not mixes_devices(error),
            "the network does not work on another device: a part of it stays where it was made",
        )
        if where == "cpu":
            return  # the device without values has its own limits: what looks at values cannot run there
        raise
    there = "meta" if where == "cpu" else where
    check(
        torch.device(device) == torch.device(there), f"after the network is moved to {there} its output is on {device}"
    )
    check(got == shape, "the output has another shape after the network is moved to another device")


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
