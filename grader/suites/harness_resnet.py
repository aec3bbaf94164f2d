"""Stands beside the student's code: which parameters are used when, moving statistics, copies on another device."""

from unittest import mock

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook

from harness_networks import late_parameters, order_of_use, set_statistics, statistics  # noqa: F401  (for the suite)


def stack(blocks):
    """The modules of a list, one after the other."""
    return nn.Sequential(*blocks)


def results(function, calls):
    """What a function returns for each tuple of arguments, looked at when all of the calls are over."""
    return [function(*arguments) for arguments in calls]


def without_initial_values(make, *arguments, **options):
    """The network that `make` builds, its layers' weights not drawn, which takes long: for who sets or ignores them.

    They are zero: what memory happens to hold may be no finite number, which a network may look for.
    """

    def leave(tensor, *_args, **_options):
        tensor.data.zero_()
        return tensor

    with mock.patch.multiple(nn.init, kaiming_uniform_=leave, uniform_=leave):
        return make(*arguments, **options)


def fill(parameters, noise):
    """Fills large parameters with the same noise again and again, each from another place on, scaled by its inputs."""
    with torch.no_grad():
        for number, parameter in enumerate(parameters):
            scaled = noise.roll(-997 * number) / parameter[0].numel() ** 0.5
            whole = parameter.detach().contiguous()  # itself, as a rule
            values = whole.view(-1)  # in pieces: a tensor of all values would be written and read once more
            for start in range(0, len(values), len(scaled)):
                piece = values[start : start + len(scaled)]
                piece.copy_(scaled[: len(piece)])
            if not parameter.is_contiguous():
                parameter.copy_(whole)


def fill_named(net, names, noise):
    """Fills the parameters of these names."""
    parameters = dict(net.named_parameters())
    fill([parameters[name] for name in names], noise)


def outline(make, arguments, options, sizes):
    """The shapes of the network's parameters, and for inputs of each size those of what its modules return.

    In the order in which the modules finish, the network's own last. None where `make` builds no network. Computed
    without values, unless the network needs some.
    """
    try:
        with torch.device("meta"):
            return _outline(make(*arguments, **options), sizes)
    except Exception:
        return _outline(make(*arguments, **options), sizes)


def _outline(net, sizes):
    if not isinstance(net, nn.Module):
        return None
    shapes = []

    def note(_module, _inputs, output):
        if isinstance(output, torch.Tensor):
            shapes[-1].append(tuple(output.shape))

    net.eval()
    scripted = any(isinstance(module, torch.jit.ScriptModule) for module in net.modules())  # they take no hooks
    with torch.no_grad():
        for size in sizes:
            shapes.append([])
            if scripted:
                _in_order(net, torch.zeros(size), note)
                continue
            handle = register_module_forward_hook(note)  # of all modules, those too that are made on the way
            try:
                net(torch.zeros(size))
            finally:
                handle.remove()
    return {name: tuple(parameter.shape) for name, parameter in net.named_parameters()}, shapes


def _in_order(module, X, note):
    """What a module makes of X, noted; and before it what its parts do, where it is a scripted or plain sequence."""
    if getattr(module, "original_name", type(module).__name__) == "Sequential":
        output = X
        for part in module.children():
            output = _in_order(part, output, note)
    else:
        output = module(X)
    note(module, (X,), output)
    return output


def gradient_summary(net, noise, transposed):
    """The length of every parameter's gradient, and its inner product with noise; None where there is none.

    Of the parameters named in `transposed`, which are matrices but for axes of length 1, the gradient is turned first.
    """
    return {name: _summary(parameter.grad, noise, name in transposed) for name, parameter in net.named_parameters()}


def _summary(gradient, noise, transposed):
    if gradient is None:
        return None
    flat = (gradient.squeeze().T if transposed else gradient).flatten().to(noise.dtype)
    return torch.stack([flat.norm(), sum(piece @ noise[: len(piece)] for piece in flat.split(len(noise)))])


def share_tensors(first, second):
    """Whether two networks have the memory of a parameter or a buffer in common."""
    places = [
        {tensor.untyped_storage().data_ptr() for tensor in (*net.parameters(), *net.buffers()) if tensor.numel()}
        for net in (first, second)
    ]
    return bool(places[0] & places[1])


def names_by_part(block, parts):
    """For each parameter of the sub-modules of these names, "part.name", its name in the block as a whole."""
    registered = {id(parameter): name for name, parameter in block.named_parameters()}
    modules = {part: getattr(block, part, None) for part in parts}
    return {
        f"{part}.{name}": registered[id(parameter)]
        for part, module in modules.items()
        if isinstance(module, nn.Module)
        for name, parameter in module.named_parameters()
        if id(parameter) in registered
    }


def moved(net, shape, device):
    """The device and shape of what the network, moved to another device, makes of an input there."""
    net.to(device)
    net.eval()
    with torch.no_grad():
        result = net(torch.zeros(shape, device=device))
    return str(result.device), tuple(result.shape)
