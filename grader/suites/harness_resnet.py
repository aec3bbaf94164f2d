"""Stands beside the student's code: which parameters are used when, moving statistics, copies on another device."""

import torch
from torch import nn

STATISTICS = (("running_mean", "running_var"), ("moving_mean", "moving_var"))


def stack(blocks):
    """The modules of a list, one after the other."""
    return nn.Sequential(*blocks)


def order_of_use(net, X):
    """The names of a network's parameters in the order of their first use in a forward pass; then the unused ones."""
    with torch.enable_grad():
        output = net.train()(X)
    names = {id(parameter): name for name, parameter in net.named_parameters()}
    first, seen, stack = {}, set(), [output.grad_fn]
    while stack:
        node = stack.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        for position, (child, _index) in enumerate(node.next_functions):
            name = names.get(id(getattr(child, "variable", None)))
            if name is not None:
                use = (node._sequence_nr(), position)
                first[name] = min(first.get(name, use), use)
            stack.append(child)
    return sorted(first, key=first.get) + [name for name in names.values() if name not in first]


def statistics(net):
    """The moving mean and variance of every module that has them, by the module's name."""
    found = {}
    for name, module in net.named_modules():
        for pair in STATISTICS:
            values = [getattr(module, attribute, None) for attribute in pair]
            if all(isinstance(value, torch.Tensor) for value in values):
                found[name] = [value.detach().clone() for value in values]
    return found


def set_statistics(net, values):
    """Sets the moving statistics of modules by name."""
    modules = dict(net.named_modules())
    for name, tensors in values.items():
        for pair in STATISTICS:
            for attribute, tensor in zip(pair, tensors, strict=True):
                old = getattr(modules[name], attribute, None)
                if isinstance(old, torch.Tensor):
                    setattr(modules[name], attribute, tensor.to(old).reshape(old.shape))


def output_shapes(net, X):
    """The shapes of what the modules inside a network return, in the order in which they finish; then the network's."""
    shapes = []

    def note(_module, _inputs, output):
        if isinstance(output, torch.Tensor):
            shapes.append(tuple(output.shape))

    handles = [module.register_forward_hook(note) for module in net.modules()]
    try:
        with torch.no_grad():
            net.eval()(X)
    finally:
        for handle in handles:
            handle.remove()
    return shapes


def gradient_summary(net):
    """The sum and the length of every parameter's gradient; None where there is none."""
    summary = {}
    for name, parameter in net.named_parameters():
        gradient = parameter.grad
        if gradient is None:
            summary[name] = None
        else:
            flat = gradient.flatten()
            summary[name] = torch.stack([flat.sum(), flat.norm()])
    return summary


def moved(net, shape, device):
    """The device and shape of what the network, moved to another device, makes of an input there."""
    with torch.no_grad():
        result = net.to(device).eval()(torch.zeros(shape, device=device))
    return str(result.device), tuple(result.shape)
