"""Hidden suite: a stage of residual blocks, `resnet_block`."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import cases_resnet
from cases_resnet import pair, residual, run
from checks_resnet import assert_all_at_once, assert_works, compare_gradients
from grader.testing import assert_close, assert_module, assert_shape, check, criterion, hint

# A fixture: pytest looks for it in the file of the test.
harnesses = cases_resnet.harnesses

# Arguments of resnet_block.
STAGES = {
    "first block": (4, 4, 3, True),
    "later block": (3, 6, 2),
    "later block, same channels": (4, 4, 2),
    "one residual": (2, 4, 1),
    "first block of one": (3, 3, 1, True),
    "three residuals": (2, 4, 3, False),
    "six residuals": (2, 3, 6),
}
stages = pytest.mark.parametrize("arguments", STAGES.values(), ids=list(STAGES))
# Where the network's own first stage has as many channels: only first_block says which stage it is.
ALL_STAGES = STAGES | {"later block, 64 channels": (64, 64, 2)}


def stage(student, arguments: tuple) -> list:
    return checked(student.resnet_block(*arguments), arguments)


def checked(result, arguments: tuple) -> list:
    """The list that resnet_block returned for these arguments."""
    check(isinstance(result, list | tuple), "resnet_block should return a list of modules")
    check(len(result) == arguments[2], "resnet_block should return as many modules as there are residuals")
    for block in result:
        assert_module(block, "every item of resnet_block's list")
    return list(result)


@criterion("shapes")
@hint("only the first residual projects and has stride 2, and in the first block none does", "A stage of blocks")
@pytest.mark.parametrize("arguments", ALL_STAGES.values(), ids=list(ALL_STAGES))
def test_stage_shapes(student, reference, rng, arguments):
    """resnet_block's list has num_residuals blocks with the right output shapes"""
    result, own = stage(student, arguments), reference.resnet_block(*arguments)
    X = torch.randn(2, arguments[0], 9, 8, generator=rng)
    for block, own_block in zip(result, own, strict=True):
        Y, X = run(block, "eval", X), run(own_block, "eval", X)
        assert_shape(Y, X.shape, "the output of a residual in resnet_block's list")


@criterion("shapes")
@hint("the parameters' names and their order are in the exercise's text", "A stage of blocks")
def test_stage_keywords(student, rng):
    """resnet_block takes first_block by keyword"""
    for first_block, side in ((True, 6), (False, 3)):
        (block,) = student.resnet_block(4, 4, 1, first_block=first_block)
        assert_module(block, "every item of resnet_block's list")
        Y = run(block, "eval", torch.randn(2, 4, 6, 6, generator=rng))
        assert_shape(Y, (2, 4, side, side), f"the output of the stage with first_block={first_block}")


@criterion("training")
@hint("make the layers in the constructor, and the blocks and their list in every call", "A stage of blocks")
def test_stages_are_independent(student, harness, rng):
    """Every residual has layers of its own, and every call of resnet_block makes blocks of its own"""
    shared = harness.share_tensors(*(residual(student, (3, 4, True, 2)) for _ in range(2)))
    check(shared is False, "two residuals share tensors: to train one changes the other")
    arguments = (3, 4, 2)
    lists = [checked(result, arguments) for result in harness.results(student.resnet_block, [arguments] * 2)]
    first, second = (harness.stack(blocks) for blocks in lists)
    assert_all_at_once(harness, first, torch.zeros(2, 3, 6, 6), "a residual")
    for net in (first, second):
        assert_works(net, 3 * torch.randn(16, 3, 6, 6, generator=rng), "the stage", (16, 4, 3, 3), "train")
    before = second.named_parameters()
    first.set_parameters({name: value + 1 for name, value in first.named_parameters().items()})
    after = second.named_parameters()
    same = all(torch.equal(after[name], value) for name, value in before.items())
    check(same, "two calls of resnet_block give blocks that share their parameters: to train one changes the other")


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
