"""Stands beside the student's code: what state a layer is in, which layers a network calls, networks elsewhere."""

import contextlib
from unittest import mock

import torch


def state(layer):
    """The moving statistics, whether they carry a graph, and where they are."""
    both = (layer.moving_mean, layer.moving_var)
    return {
        "values": [torch.as_tensor(value).detach().clone() for value in both],
        "requires_grad": [bool(value.requires_grad) for value in both],
        "devices": [str(value.device) for value in both],
    }


def calls(net, layer_class, X):
    """The instances of a class that compute when the network is called, in order: one number per instance.

    However `forward` is reached: by a call of the layer, by its name, or as the class' function.
    """
    numbers, order, inside = {}, [], set()

    def noting(forward):
        def noted(module, *inputs, **named):
            if id(module) in inside:  # a derived class' forward calls the one it replaces
                return forward(module, *inputs, **named)
            order.append(numbers.setdefault(id(module), len(numbers)))
            inside.add(id(module))
            try:
                return forward(module, *inputs, **named)
            finally:
                inside.discard(id(module))

        return noted

    layers = [module for module in net.modules() if isinstance(module, layer_class)]
    with contextlib.ExitStack() as stack:
        for kind in {next(base for base in type(layer).__mro__ if "forward" in vars(base)) for layer in layers}:
            stack.enter_context(mock.patch.object(kind, "forward", noting(kind.forward)))
        net(X)
    return order


def moved(net, X, device, modes):
    """What a network does, moved to another device, in each mode (training or not) in turn.

    For each mode: where its output and its layers' moving statistics are, and the output.
    """
    if device != "meta":
        with torch.no_grad():
            net.eval()(X)  # it has been used where it was made
    net.to(device)
    X = torch.empty(X.shape, device=device) if device == "meta" else X.to(device)
    reports = []
    for training in modes:
        with torch.set_grad_enabled(training):
            result = net.train(training)(X)
        places = [
            str(getattr(module, name).device)
            for module in net.modules()
            for name in ("moving_mean", "moving_var")
            if isinstance(getattr(module, name, None), torch.Tensor)
        ]
        value = None if device == "meta" else result.detach()
        reports.append({"output": str(result.device), "statistics": places, "value": value})
    return reports


def journey(layer, batches, stops):
    """What a layer does on its way from device to device: on each, one batch in training mode or not.

    For each stop: the output, the moving statistics, and where they all are.
    """
    reports = []
    for X, (device, training) in zip(batches, stops, strict=True):
        with torch.set_grad_enabled(training):
            result = layer.to(device).train(training)(X.to(device))
        both = (layer.moving_mean, layer.moving_var)
        reports.append(
            {
                "output": str(result.device),
                "statistics": [str(value.device) for value in both],
                "values": [tensor.detach().cpu().clone() for tensor in (result, *both)],
            }
        )
    return reports


def with_mode_afterwards(function, arguments, training):
    """What a function returns when it is called with or without gradients, and whether they are enabled after that."""
    with torch.set_grad_enabled(training):
        return function(*arguments), torch.is_grad_enabled()


def train_often(layer, X, times):
    """Trains a layer with the same batch again and again, without a step of an optimizer."""
    layer.train()
    for _ in range(times):
        layer(X)


def reset(net):
    """Sets the moving statistics of all layers back to where they begin: the network may have been used before."""
    for module in net.modules():
        for name, begin in (("moving_mean", torch.zeros_like), ("moving_var", torch.ones_like)):
            value = getattr(module, name, None)
            if isinstance(value, torch.Tensor):
                try:
                    setattr(module, name, begin(value))
                except AttributeError:  # a property, of a tensor that holds both
                    value.copy_(begin(value))


def in_double_precision(net, X, training):
    """What the network, turned to double precision, makes of X.

    `double` leaves plain attributes alone, and not every operation takes both precisions: the state follows here.
    """
    net.double()
    for name in ("moving_mean", "moving_var"):
        value = getattr(net, name, None)
        if isinstance(value, torch.Tensor) and value.dtype != torch.float64:
            with contextlib.suppress(AttributeError):  # a property
                setattr(net, name, value.double())
    with torch.set_grad_enabled(training):
        return net.train(training)(X.double()).detach()


def evaluated(layer, inputs):
    """The layer's results in evaluation, seen after the last call."""
    layer.eval()
    with torch.no_grad():
        return [layer(x) for x in inputs]
