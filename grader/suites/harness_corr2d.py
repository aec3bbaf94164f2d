"""Calls that start from the same random numbers, follow each other or find memory undefined; an optimizer's step."""

from __future__ import annotations

import random

import numpy as np
import torch


def seeded(function, seed, *arguments):
    """Calls the function with the random numbers of torch, numpy and Python at this seed."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
    return function(*arguments)


def switches_after(function, *arguments):
    """Whether gradients are enabled after a call, and whether new tensors have the type that they had before."""
    dtype = torch.get_default_dtype()
    try:
        function(*arguments)
        return torch.is_grad_enabled(), torch.get_default_dtype() is dtype
    finally:
        torch.set_grad_enabled(True)
        torch.set_default_dtype(dtype)


def one_after_another(function, calls):
    """Calls the function with each of these arguments; the results as they are after the last call."""
    return [function(*arguments) for arguments in calls]


def in_undefined_memory(function, *arguments):
    """Calls the function where torch fills new memory with NaN, so that what is left of it shows."""
    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)  # this fills what torch.empty returns
    try:
        return function(*arguments)
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])


def parameters_in_undefined_memory(Conv2D, kernel_size):
    """The parameters, by name, of a layer that is made in undefined memory."""
    layer = in_undefined_memory(Conv2D, kernel_size)
    return {name: parameter.detach() for name, parameter in layer.named_parameters()}


def optimized(layer, x, Y, lr):
    """The layer's parameters after a step on the summed squared error, by an optimizer made before the forward pass."""
    optimizer = torch.optim.SGD(layer.parameters(), lr)
    ((layer(x) - Y) ** 2).sum().backward()
    optimizer.step()
    return {name: parameter.detach() for name, parameter in layer.named_parameters()}
