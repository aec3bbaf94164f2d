"""Stands beside the student's code: networks of other kinds for layer_shapes, and networks on other devices."""

from collections import OrderedDict

import torch
from torch import nn


class Doubled(nn.Module):
    """A layer of no built-in class: the input twice, side by side."""

    def forward(self, X):
        return torch.cat([X, X], -1)


def sequential(layers, names=()):
    """An nn.Sequential of layers given as (class name, arguments, keyword arguments); one may be such a list again.

    The layers may have names of their own instead of numbers.
    """

    def made(name, args, options):
        if name == "Sequential":
            return sequential(args)
        return (Doubled if name == "Doubled" else getattr(nn, name))(*args, **options)

    modules = [made(*layer) for layer in layers]
    return nn.Sequential(OrderedDict(zip(names, modules, strict=True))) if names else nn.Sequential(*modules)


def shapes_elsewhere(layer_shapes, net, shape, device):
    """What layer_shapes says of the network in double precision on a device, and where its parameters are then."""
    net = net.to(device, torch.float64)
    result = layer_shapes(net, torch.zeros(shape, dtype=torch.float64, device=device))
    return result, sorted({f"{parameter.dtype} on {parameter.device}" for parameter in net.parameters()})


def switches_after_shapes(layer_shapes, net, X):
    """Calls layer_shapes for a network with a frozen parameter and with gradients.

    What it returned, the gradients afterwards, which parameters require them, and whether gradients are enabled.
    """
    net(X).sum().backward()
    next(net.parameters()).requires_grad_(False)
    try:
        result = layer_shapes(net, X)
        enabled = torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)
    parameters = list(net.parameters())
    return result, [parameter.grad for parameter in parameters], [each.requires_grad for each in parameters], enabled


def shapes_and_later(layer_shapes, net, X):
    """What layer_shapes returned, the same object after another use of the network, and how many hooks are left."""
    result = layer_shapes(net, X)
    first = list(result) if isinstance(result, list) else result
    with torch.no_grad():
        net(X)
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return first, result, sum(len(getattr(module, kind)) for module in net.modules() for kind in kinds)


def moved(net, shape, device):
    """The device and shape of what the network, moved to another device, makes of an input there."""
    result = net.to(device)(torch.zeros(shape, device=device))
    return str(result.device), tuple(result.shape)


def step(net, X, cotangent, lr):
    """One step of gradient descent on (output · cotangent).sum() from the network's parameters."""
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    optimizer.zero_grad()
    (net(X) * cotangent).sum().backward()
    optimizer.step()
