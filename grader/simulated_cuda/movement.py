"""The Python functions that move tensors: `.to()`, `.cuda()`, `torch.tensor(..., device=...)`, pinned memory."""

from __future__ import annotations

import functools
from typing import Any

import torch

from .devices import BACKEND, Devices, backing, check, index_of, translated
from .tensor import SimulatedTensor, become

Tensor = torch.Tensor


def patch() -> None:
    """Replaces them; CPU tensors behave as before."""
    _patch_to()
    _patch_type()
    _patch_constructors()
    _patch_new_tensor()
    _patch_data()
    _patch_device()
    Tensor.pin_memory = lambda self, device=None: self.clone()  # type: ignore[method-assign]
    Tensor.record_stream = lambda self, s: None  # type: ignore[method-assign]


def _patch_to() -> None:
    original = Tensor.to

    @functools.wraps(original)
    def to(self: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        if args and isinstance(args[0], (str, torch.device, int)) and not isinstance(args[0], bool):
            args = (translated(args[0]), *args[1:])
        if kwargs.get("device") is not None:
            kwargs["device"] = translated(kwargs["device"])
        other = args[0] if args else kwargs.get("other")
        if isinstance(other, SimulatedTensor) and not isinstance(self, SimulatedTensor):
            rest = {key: value for key, value in kwargs.items() if key != "other"}
            return original(self, backing(other.gpu), other.dtype, *args[1:], **rest)
        return original(self, *args, **kwargs)

    def cuda(
        self: torch.Tensor,
        device: Any = None,
        non_blocking: bool = False,
        memory_format: torch.memory_format = torch.preserve_format,
    ) -> torch.Tensor:
        index = Devices.current if device is None else index_of(device)
        if index is None:
            raise RuntimeError(f"Invalid device, must be cuda device, not {device}")
        check(index)
        return original(self, backing(index), non_blocking=non_blocking, memory_format=memory_format)

    Tensor.to = to  # type: ignore[assignment,method-assign]
    Tensor.cuda = cuda  # type: ignore[assignment,method-assign]


def _patch_type() -> None:
    """`tensor.type("torch.cuda.FloatTensor")`, or the class of this name, moves to the current device."""
    original = Tensor.type

    @functools.wraps(original)
    def change(self: torch.Tensor, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        name = dtype if isinstance(dtype, str) else f"{dtype.__module__}.{dtype.__name__}" if _is_old(dtype) else ""
        if not name.startswith("torch.cuda."):
            return original(self, dtype, *args, **kwargs)
        return self.cuda().type(name, *args, **kwargs)

    Tensor.type = change  # type: ignore[assignment,method-assign]


def _is_old(dtype: Any) -> bool:
    """Whether this is one of the classes such as `torch.cuda.FloatTensor`."""
    return isinstance(dtype, type(torch.FloatTensor))


def _patch_constructors() -> None:
    """`torch.tensor` and its kind build on the CPU and move."""
    for name in ("tensor", "as_tensor", "asarray"):
        original = getattr(torch, name)

        @functools.wraps(original)
        def construct(data: Any, *args: Any, _original: Any = original, **kwargs: Any) -> torch.Tensor:
            asked = kwargs.pop("device", None)
            if asked is None and not isinstance(data, SimulatedTensor):
                asked = torch.empty(0).device  # torch.get_default_device makes a tensor by this very function
            index = index_of(asked)
            if isinstance(data, SimulatedTensor):
                dtype = kwargs.get("dtype") or (args[0] if args else None)
                copied = data.detach().clone() if _original.__name__ == "tensor" else data
                moved = copied if asked is None else copied.to(asked)
                moved = moved if dtype is None else moved.to(dtype)
                return moved.requires_grad_() if kwargs.get("requires_grad") else moved
            if index is None:
                return _original(data, *args, **({} if asked is None else {"device": asked}), **kwargs)  # type: ignore[no-any-return]
            requires_grad = kwargs.pop("requires_grad", False)
            with torch.device("cpu"):
                made = _original(data, *args, **kwargs)
            made = made.to(backing(index))
            return made.requires_grad_() if requires_grad else made  # type: ignore[no-any-return]

        setattr(torch, name, construct)


def _patch_new_tensor() -> None:
    original = Tensor.new_tensor

    @functools.wraps(original)
    def new_tensor(self: torch.Tensor, data: Any, **kwargs: Any) -> torch.Tensor:
        device = kwargs.pop("device", None) or self.device
        if index_of(device) is None and not isinstance(self, SimulatedTensor):
            return original(self, data, **kwargs)
        return torch.tensor(data, dtype=kwargs.pop("dtype", None) or self.dtype, device=device, **kwargs)

    Tensor.new_tensor = new_tensor  # type: ignore[method-assign,assignment]


def _patch_device() -> None:
    """Tensors inside of `torch.func`'s transformations, which are of no Python class, say where they are too."""
    original = torch._C.TensorBase.device

    def device(self: torch.Tensor) -> torch.device:
        found: torch.device = original.__get__(self)
        return torch.device("cuda", found.index) if found.type == BACKEND else found

    Tensor.device = property(device)  # type: ignore[assignment]
    torch.UntypedStorage.device = property(_device_of_storage)  # type: ignore[assignment]


def _device_of_storage(storage: torch.UntypedStorage) -> torch.device:
    found = torch._C.StorageBase.device.__get__(storage)  # type: ignore[attr-defined]
    return torch.device("cuda", found.index) if found.type == BACKEND else found


def _patch_data() -> None:
    """`tensor.data = other` across devices."""
    original = torch._C.TensorBase.data

    def read(self: torch.Tensor) -> torch.Tensor:
        return original.__get__(self)  # type: ignore[attr-defined,no-any-return]

    def write(self: torch.Tensor, value: torch.Tensor) -> None:
        if isinstance(value, SimulatedTensor) or isinstance(self, SimulatedTensor):
            become(self, value.detach())
        else:
            original.__set__(self, value)  # type: ignore[attr-defined]

    Tensor.data = property(read, write)  # type: ignore[assignment]
