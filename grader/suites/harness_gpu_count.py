"""Has torch say that it has so many GPUs, while functions that choose one are called."""

import contextlib
import importlib.util
import sys
from types import SimpleNamespace
from unittest import mock

import torch

MEMORY = 16 << 30
MAKERS = ("empty", "zeros", "ones", "full", "tensor", "arange", "rand", "randn", "randint", "eye", "linspace")
"""With which some try whether there is a GPU."""


class OnGpu(torch.Tensor):
    """A tensor on the CPU that says that it is on a GPU."""

    place = torch.device("cuda:0")
    device = property(lambda self: self.place)
    is_cuda = property(lambda self: True)


def gpu_of(target):
    """The GPU that a tensor is asked for on, None if it is none."""
    if isinstance(target, int) and not isinstance(target, bool):
        return torch.device("cuda", target)
    if not isinstance(target, str | torch.device):
        return None
    device = torch.device(target)
    return torch.device("cuda", device.index or 0) if device.type == "cuda" else None


def imported_anew(function):
    """The function as it is when its module is imported now: a module may look once how many GPUs there are."""
    own = sys.modules.get(getattr(function, "__module__", None))
    for module in (own, *sys.modules.values()):  # a partial function's own module is functools
        attributes = getattr(module, "__dict__", {})
        name = next((name for name, value in list(attributes.items()) if value is function), None)
        if name is not None and getattr(module, "__file__", None):
            spec = importlib.util.spec_from_file_location(module.__name__, module.__file__)
            again = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(again)
            return getattr(again, name)
    return function


def with_gpus(try_gpu, try_all_gpus, count, calls):
    """What `try_gpu` gives for each call's arguments, and `try_all_gpus`, while torch says that it has `count` GPUs."""

    def found(answer):
        """What a question about one device gives, with torch's errors where there is no such device."""

        def ask(device=None):
            if count == 0:
                raise RuntimeError("Found no NVIDIA driver on your system")
            if (0 if device is None else torch.device(device).index or 0) >= count:
                raise AssertionError("Invalid device id")
            return answer

        return ask

    properties = SimpleNamespace(name="GPU", major=8, minor=0, total_memory=MEMORY, multi_processor_count=1)
    says = {
        "device_count": lambda: count,
        "is_available": lambda: count > 0,
        "current_device": found(0),
        "set_device": found(None),
        "get_device_name": found("GPU"),
        "get_device_capability": found((8, 0)),
        "get_device_properties": found(properties),
        "mem_get_info": found((MEMORY, MEMORY)),
    }

    def on(gpu, tensor):
        found(None)(gpu)
        tensor = tensor.as_subclass(OnGpu)
        tensor.place = gpu
        return tensor

    def instead_of(make):
        """Makes a tensor that is asked for on a GPU on the CPU, if there are so many GPUs."""

        def made(*arguments, **named):
            gpu = gpu_of(named.get("device"))
            if gpu is None:
                return make(*arguments, **named)
            return on(gpu, make(*arguments, **{**named, "device": "cpu"}))

        return made

    move = torch.Tensor.to

    def moved(tensor, *arguments, **named):
        gpu = gpu_of(named.get("device", arguments[0] if arguments else None))
        return move(tensor, *arguments, **named) if gpu is None else on(gpu, tensor.clone())

    def to_gpu(tensor, device=None, **_named):
        return on(gpu_of("cuda" if device is None else device), tensor.clone())

    general = {
        "is_available": says["is_available"],
        "device_count": says["device_count"],
        "current_accelerator": lambda check_available=False: torch.device("cuda") if count else None,
    }
    with contextlib.ExitStack() as stack:
        methods = {"to": moved, "cuda": to_gpu}
        makers = {name: instead_of(getattr(torch, name)) for name in MAKERS}
        for module, answers in (
            (torch.cuda, says),
            (torch.accelerator, general),
            (torch, makers),
            (torch.Tensor, methods),
        ):
            for name, answer in answers.items():
                stack.enter_context(mock.patch.object(module, name, answer))
        try_gpu, try_all_gpus = imported_anew(try_gpu), imported_anew(try_all_gpus)
        return [try_gpu(*given, **named) for given, named in calls], try_all_gpus()
