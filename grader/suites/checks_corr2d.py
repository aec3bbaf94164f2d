"""What the parts of the cross-correlation suite check alike."""

from __future__ import annotations

import torch

from grader.testing import assert_shape, check

NO_BUILTIN = ", with no built-in convolution around"


def layer_with(student, weight: torch.Tensor, bias: torch.Tensor):
    """A Conv2D of the student's with these parameters."""
    layer = student.Conv2D(tuple(weight.shape))
    parameters = layer.named_parameters()
    for name, value in (("weight", weight), ("bias", bias)):
        check(name in parameters, f"Conv2D has no parameter `{name}`")
        assert_shape(parameters[name], value.shape, f"Conv2D's {name}")
    layer.set_parameters({"weight": weight.detach(), "bias": bias.detach()})
    return layer


def learned(result: object, kernel_size: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """The result of learn_kernel as (weight, bias)."""
    check(isinstance(result, tuple | list) and len(result) == 2, "learn_kernel should return the pair (weight, bias)")
    shapes = [tuple(getattr(value, "shape", ())) for value in result]
    swapped = shapes == [(1,), tuple(kernel_size)]
    check(not swapped, "weight and bias come in the wrong order: learn_kernel returns (weight, bias)")
    assert_shape(result[0], kernel_size, "the learned weight")
    assert_shape(result[1], (1,), "the learned bias")
    return tuple(result)


def uses_no_builtin(restricted_student, message: str) -> None:
    calls = restricted_student.forbidden_calls
    check(not calls, f"{message} uses a built-in convolution ({', '.join(calls)}); write it from scratch")
