"""Stands beside the student's code: networks of other kinds for layer_shapes, and networks on other devices."""

from collections import OrderedDict

import torch
from torch import nn

from harness_networks import late_parameters  # noqa: F401  (for the suite)


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
    """What layer_shapes says of the network in double precision on a device, and where each parameter is then."""
    net = net.to(device, torch.float64)
    parameters = list(net.parameters())
    result = layer_shapes(net, torch.zeros(shape, dtype=torch.float64, device=device))
    return result, [f"{parameter.dtype} on {parameter.device}" for parameter in parameters]


def switches_after_shapes(layer_shapes, net, X):
    """Calls layer_shapes for a network with a frozen parameter and with gradients.

    What it returned, the gradients before and afterwards, which parameters require them, and whether gradients are
    enabled.
    """
    net(X).sum().backward()
    next(net.parameters()).requires_grad_(False)
    parameters = list(net.parameters())
    before = [parameter.grad.clone() for parameter in parameters]
    try:
        result = layer_shapes(net, X)
        enabled = torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)
    gradients = [parameter.grad for parameter in parameters]
    return result, before, gradients, [parameter.requires_grad for parameter in parameters], enabled


def shapes_and_later(layer_shapes, net, X):
    """What layer_shapes returned, the same object after other uses of the network, and how many hooks are left.

    The object is noted after a forward pass, and after layer_shapes was called for another network.
    """
    result = layer_shapes(net, X)
    copies = [_copied(result)]
    with torch.no_grad():
        net(X)
    copies.append(_copied(result))
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    hooks = sum(len(getattr(module, kind)) for module in net.modules() for kind in kinds)
    layer_shapes(net[:1], X)
    return *copies, result, hooks


def _copied(result):
    return list(result) if isinstance(result, list) else result


def moved(net, shape, device):
    """The device and shape of what the network, moved to another device, makes of an input there."""
    net.to(device)
    result = net(torch.zeros(shape, device=device))
    return str(result.device), tuple(result.shape)


def step(net, X, cotangent, lr):
    """One step of gradient descent on (output · cotangent).sum() from the network's parameters."""
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    optimizer.zero_grad()
    (net(X) * cotangent).sum().backward()
    optimizer.step()
