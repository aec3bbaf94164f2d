"""Moving an `nn.Module`: its parameters change device and stay the objects that they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn

from .devices import Devices, index_of
from .tensor import SimulatedTensor, become

Move = Callable[[torch.Tensor], torch.Tensor]


def patch() -> None:
    """Replaces what `Module.to`, `.cuda()`, `.cpu()`, `.double()` and their like are made of."""
    original = nn.Module._apply

    def _apply(self: nn.Module, fn: Move, recurse: bool = True) -> nn.Module:
        if recurse:
            for child in self.children():
                child._apply(fn)  # type: ignore[no-untyped-call]
        held = {key: value for key, value in self._parameters.items() if value is not None}
        if any(nn.parameter.is_lazy(value) for value in held.values()):
            _move_lazy(held.values(), fn)
            return self
        with torch.no_grad():
            moved = {key: fn(value) for key, value in held.items()}
        if not any(isinstance(value, SimulatedTensor) for value in (*held.values(), *moved.values())):
            return original(self, fn, recurse=False)  # type: ignore[no-any-return,no-untyped-call]
        for key, parameter in held.items():
            gradient = parameter.grad
            parameter.grad = None
            if moved[key] is not parameter:
                become(parameter, moved[key])
            if gradient is not None:
                with torch.no_grad():
                    parameter.grad = fn(gradient).requires_grad_(gradient.requires_grad)
        for key, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[key] = fn(buffer)
        return self

    def cuda(self: nn.Module, device: Any = None) -> nn.Module:
        index = Devices.current if device is None else index_of(device)
        return self._apply(lambda tensor: tensor.cuda(index))  # type: ignore[no-any-return,no-untyped-call]

    _patch_materialize()
    nn.Module._apply = _apply  # type: ignore[method-assign]
    nn.Module.cuda = cuda  # type: ignore[assignment,method-assign]


def _move_lazy(parameters: Iterable[torch.Tensor], fn: Move) -> None:
    """A lazy layer's parameters have no values yet: they note where they will be made, and in which type."""
    for parameter in parameters:
        if nn.parameter.is_lazy(parameter):
            sample = fn(torch.empty(0, dtype=parameter.dtype))
            parameter.__dict__["made_as"] = (sample.device, sample.dtype)


def _patch_materialize() -> None:
    mixin = nn.parameter.UninitializedTensorMixin  # type: ignore[attr-defined]
    original = mixin.materialize

    def materialize(self: Any, shape: Any, device: Any = None, dtype: Any = None) -> None:
        made_device, made_dtype = self.__dict__.pop("made_as", (None, None))
        original(self, shape, torch.device("cpu"), dtype or made_dtype)
        target = index_of(device or made_device)
        if target is not None:
            become(self, SimulatedTensor(self.detach(), target))

    mixin.materialize = materialize
