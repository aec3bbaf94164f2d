"""What the parts of the ResNet suite draw: parameters and statistics for the student's network and the reference's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import torch
from torch import nn

from grader.testing import ParameterMap, assert_module, check, match_parameters, match_state

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
    sizes = [{name: tensors[0].numel() for name, tensors in each.items()} for each in (drawn, harness.statistics(net))]
    keepers = match_state(matching.owners(), *sizes)
    message = "a batch normalisation keeps no moving mean and variance for evaluation"
    check(all(keeper is not None for keeper in keepers.values()), message)
    harness.set_statistics(net, {keepers[name]: tensors for name, tensors in drawn.items()})


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


@pytest.fixture
def harnesses(harness, local_harness):
    """The harness beside the student's code, and the same here."""
    return harness, local_harness
