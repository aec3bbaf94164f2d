"""Calls that start from the same random numbers or follow each other, and a step of an optimizer."""

from __future__ import annotations

import torch


def seeded(function, seed, *arguments):
    """Calls the function with torch's random numbers at this seed."""
    torch.manual_seed(seed)
    return function(*arguments)


def one_after_another(function, calls):
    """Calls the function with each of these arguments; the results as they are after the last call."""
    return [function(*arguments) for arguments in calls]


def optimized(layer, x, Y, lr):
    """The layer's parameters after a step on the summed squared error, by an optimizer made before the forward pass."""
    optimizer = torch.optim.SGD(layer.parameters(), lr)
    ((layer(x) - Y) ** 2).sum().backward()
    optimizer.step()
    return {name: parameter.detach() for name, parameter in layer.named_parameters()}
