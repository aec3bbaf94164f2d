"""What harnesses do with a student's network: watch its forward passes, find its moving statistics."""

import torch

STATISTICS = (("running_mean", "running_var"), ("moving_mean", "moving_var"), ("mean", "var"))


def observe(net, before=None, after=None):
    """Has every forward pass call `before(net, its input's device)`, and `after(net, its output)`.

    Those of the net's copies too, and also when `net.forward` is called, which leaves hooks out.
    """
    kind = type(net)

    def forward(self, *inputs, **named):
        if before is not None:
            before(self, str(next(iter([*inputs, *named.values()])).device))
        output = kind.forward(self, *inputs, **named)
        if after is not None:
            after(self, output)
        return output

    net.__class__ = type(kind.__name__, (kind,), {"forward": forward, "__module__": kind.__module__})


def statistics(net):
    """The moving mean and variance of every module that has them, by the module's name."""
    found = {name: _statistics_of(module) for name, module in net.named_modules()}
    return {
        name: [getattr(net.get_submodule(name), attribute).detach().cpu().clone() for attribute in attributes]
        for name, attributes in found.items()
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
