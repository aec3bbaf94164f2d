"""`torch.save` and `torch.load` with `map_location`."""

from __future__ import annotations

import functools
from typing import Any

import torch

from .devices import Devices, index_of
from .tensor import SimulatedTensor, _Loading, restored


def patch() -> None:
    """Lets `torch.load` put tensors where `map_location` says, with `weights_only` too."""
    _patch_storages()
    torch.serialization.add_safe_globals([restored, SimulatedTensor])
    original = torch.load

    @functools.wraps(original)
    def load(f: Any, map_location: Any = None, *args: Any, **kwargs: Any) -> Any:
        before = _Loading.map_location
        _Loading.map_location = map_location
        try:
            return original(f, _place if _is_simulated(map_location) else map_location, *args, **kwargs)
        finally:
            _Loading.map_location = before

    torch.load = load


def _is_simulated(map_location: Any) -> bool:
    named = isinstance(map_location, (str, torch.device)) and torch.device(map_location).type == "cuda"
    return named or isinstance(map_location, dict)


def _place(storage: Any, location: str) -> Any:
    """What `map_location` makes of a storage that was saved on the CPU."""
    target = _Loading.map_location
    target = target.get(location, location) if isinstance(target, dict) else target
    index = index_of(target)
    if index is not None:
        return storage.cuda(index)
    return torch.serialization.default_restore_location(storage, target)  # type: ignore[no-untyped-call]


def _patch_storages() -> None:
    """A storage that moves to a simulated device notes where; the tensors that are built upon it lie there."""

    def cuda(self: Any, device: Any = None, non_blocking: bool = False) -> Any:
        moved = self.clone()
        moved.gpu = Devices.current if device is None else index_of(device)
        return moved

    rebuild = torch._utils._rebuild_tensor_v2

    @functools.wraps(rebuild)
    def rebuilt(storage: Any, *args: Any, **kwargs: Any) -> Any:
        tensor = rebuild(storage, *args, **kwargs)  # type: ignore[no-untyped-call]
        index = getattr(getattr(storage, "_untyped_storage", storage), "gpu", None)
        if index is None:
            return tensor
        return SimulatedTensor(tensor.detach(), index).requires_grad_(tensor.requires_grad)

    torch.UntypedStorage.cuda = cuda  # type: ignore[method-assign]
    torch._utils._rebuild_tensor_v2 = rebuilt
