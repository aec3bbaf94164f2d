"""What a suite may ask of an object that stays in the worker: functions called there, by name, with the object.

Everything that comes back from here was computed beside student code. It is data to compare, never a verdict.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

getitem = operator.getitem
setattr_ = setattr
length = len


def items(iterable: Any, limit: int) -> list[Any]:
    """At most `limit` items of an iterable."""
    return list(itertools.islice(iterable, limit))


def call_twice(function: Callable[..., Any], first: list[Any], second: list[Any]) -> tuple[Any, Any]:
    """The results of two calls with the same objects, into whose tensors other values were written in between."""
    arguments = [value.clone() if isinstance(value, torch.Tensor) else value for value in first]
    with torch.enable_grad():
        before = _detached(function(*arguments))
    for argument, value in zip(arguments, second, strict=True):
        if isinstance(argument, torch.Tensor):
            if argument.shape != value.shape:  # the function has changed its argument's shape: other tests say so
                argument.resize_(value.shape)
            with torch.no_grad():
                argument.copy_(value)
    with torch.enable_grad():
        return before, _detached(function(*arguments))


def _detached(value: Any) -> Any:
    return value.detach() if isinstance(value, torch.Tensor) else value


def tensor(value: torch.Tensor, device: str) -> torch.Tensor:
    """The tensor on `device`, to be kept here by reference."""
    return value.to(device)


def state_dict(module: nn.Module) -> dict[str, torch.Tensor]:
    """Parameters and buffers by name, as `nn.Module` finds them."""
    return dict(module.state_dict())


def load_state_dict(module: nn.Module, values: dict[str, torch.Tensor]) -> None:
    """Copies the values into the module's parameters and buffers of the same names."""
    module.load_state_dict(values)


def named_parameters(module: nn.Module) -> dict[str, torch.Tensor]:
    """Registered parameters by name, in registration order; a shared one appears once."""
    return {name: parameter.detach() for name, parameter in module.named_parameters()}


def parameter_shapes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    """The shapes of registered parameters by name, in registration order."""
    return {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}


def named_buffers(module: nn.Module) -> dict[str, torch.Tensor]:
    """Registered buffers by name."""
    return dict(module.named_buffers())


def gradients(module: nn.Module) -> dict[str, torch.Tensor | None]:
    """The gradient of each registered parameter by name, None where there is none."""
    return {name: parameter.grad for name, parameter in module.named_parameters()}


def set_parameters(module: nn.Module, values: dict[str, torch.Tensor]) -> None:
    """Writes values into registered parameters, in place, by name."""
    parameters = dict(module.named_parameters())
    with torch.no_grad():
        for name, value in values.items():
            parameters[name].copy_(value)


def devices(module: nn.Module) -> dict[str, str]:
    """The device of each parameter and buffer by name."""
    return {
        name: str(value.device) for name, value in itertools.chain(module.named_parameters(), module.named_buffers())
    }


def training_modes(module: nn.Module) -> list[bool]:
    """The `training` flag of the module and of every module inside it."""
    return [inner.training for inner in module.modules()]


def layer_types(module: nn.Module) -> list[list[str]]:
    """For every module inside, outer ones first, the names of its class and base classes."""
    return [[cls.__name__ for cls in type(inner).__mro__[:-1]] for inner in module.modules()]
