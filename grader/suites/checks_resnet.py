"""What the parts of the ResNet suite check alike."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch
from torch import nn

from cases_resnet import run
from grader.engine.errors import StudentError
from grader.testing import ParameterMap, assert_close, assert_sees_input, assert_shape, check, mixes_devices


def assert_works(net, X: torch.Tensor, what: str, shape: tuple[int, ...], mode: str = "eval") -> torch.Tensor:
    """The output has the right shape and depends on the input; what its values are is other tests' business."""
    Y = run(net, mode, X)
    assert_sees_input(Y, shape, what)
    return Y.detach()


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


def assert_all_at_once(harness, net, X: torch.Tensor, what: str) -> None:
    """The network has all of its parameters before its first call; lazy layers have them, too."""
    message = f"{what} gets parameters in its first call: an optimizer made before would not train them"
    check(harness.late_parameters(net, X) == [], message)


@contextlib.contextmanager
def of_any_size(student, harness, *sizes: tuple[int, ...], arguments=(), **options: int) -> Iterator[None]:
    """Names it where a network does not take inputs of these sizes in the block, but such of 224×224."""

    def takes(size: tuple[int, ...]) -> bool:
        try:
            harness.outline(student.resnet18, list(arguments), options, [size])
        except StudentError:
            return False
        return True

    try:
        yield
    except StudentError as error:
        for size in sizes:
            if takes((*size[:2], 224, 224)) and not takes(size):
                what = f"ResNet-18 takes images of 224×224 and none of {size[2]}×{size[3]}"
                check(False, f"{what}, but a global average makes any size fit: {error.sentence()}")
        raise


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
