"""What harnesses do with a student's network: watch its forward passes, find its moving statistics."""

import inspect
import threading

import torch

STATISTICS = (("running_mean", "running_var"), ("moving_mean", "moving_var"), ("mean", "var"), ("mu", "sigma2"))


def observe(net, before=None, after=None):
    """Has every forward pass call `before(net, its input's device)`, and `after(net, its output)`.

    Those of the net's copies too, and also when `net.forward` is called, which leaves hooks out.
    """
    kind, going_on = type(net), set()

    def observed(compute, self, inputs, named):
        here = (id(self), threading.get_ident())
        if here in going_on:  # `__call__` calls `forward`
            return compute(self, *inputs, **named)
        going_on.add(here)
        try:
            if before is not None:
                before(self, str(next(iter([*inputs, *named.values()])).device))
            output = compute(self, *inputs, **named)
            if after is not None:
                after(self, output)
        finally:
            going_on.discard(here)
        return output

    members = {"__call__": lambda self, *inputs, **named: observed(kind.__call__, self, inputs, named)}
    if inspect.isfunction(inspect.getattr_static(kind, "forward", None)):  # TorchScript's is none
        members["forward"] = lambda self, *inputs, **named: observed(kind.forward, self, inputs, named)
    derived = type(kind.__name__, (kind,), {**members, "__module__": kind.__module__})
    object.__setattr__(net, "__class__", derived)  # torch.compile's wrapper hands other assignments on


def order_of_use(net, X):
    """The names of a network's parameters in the order of their first use in a forward pass.

    One that no graph shows, because it is frozen or not used, stands before the one registered after it.
    """
    net.train()
    with torch.enable_grad():
        output = net(X)
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
    order, following = sorted(first, key=first.get), None
    for name in reversed(names.values()):
        if name not in first:
            order.insert(len(order) if following is None else order.index(following), name)
        following = name
    return order


def late_parameters(net, X):
    """The names of the parameters that a network has only after its first call."""
    before = {name for name, _ in net.named_parameters()}
    with torch.no_grad():
        net(X)
    return [name for name, _ in net.named_parameters() if name not in before]


def statistics(net):
    """The moving mean and variance of every module that has them, by the module's name."""
    found = {name: (module, _statistics_of(module)) for name, module in net.named_modules()}
    return {
        name: [getattr(module, attribute).detach().cpu().clone() for attribute in attributes]
        for name, (module, attributes) in found.items()
        if attributes
    }


def _statistics_of(module):
    """The attributes that hold a module's moving mean and variance: usual names, else those with the words in them."""
    for pair in STATISTICS:
        if all(isinstance(getattr(module, attribute, None), torch.Tensor) for attribute in pair):
            return pair
    tensors = {
        name: value
        for name, value in (*vars(module).items(), *module.named_buffers(recurse=False))
        if isinstance(value, torch.Tensor) and value.dim()
    }
    found = [[name for name in tensors if kind in name] for kind in ("mean", "var")]
    return [names[0] for names in found] if all(len(names) == 1 for names in found) else ()


def set_statistics(net, values):
    """Sets the moving statistics of modules by name."""
    modules = dict(net.named_modules())
    for name, tensors in values.items():
        for attribute, tensor in zip(_statistics_of(modules[name]), tensors, strict=True):
            old = getattr(modules[name], attribute)
            setattr(modules[name], attribute, tensor.to(old).reshape(old.shape))
