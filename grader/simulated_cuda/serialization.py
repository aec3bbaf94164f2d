"""`torch.save` and `torch.load` with `map_location`."""

from __future__ import annotations

import functools
from typing import Any

import torch

from .tensor import SimulatedTensor, _Loading, restored


def patch() -> None:
    """Lets `torch.load` put simulated tensors where `map_location` says, with `weights_only` too."""
    torch.serialization.add_safe_globals([restored, SimulatedTensor])
    original = torch.load

    @functools.wraps(original)
    def load(f: Any, map_location: Any = None, *args: Any, **kwargs: Any) -> Any:
        before = _Loading.map_location
        _Loading.map_location = map_location
        try:
            return original(f, None if _is_simulated(map_location) else map_location, *args, **kwargs)
        finally:
            _Loading.map_location = before

    torch.load = load


def _is_simulated(map_location: Any) -> bool:
    named = isinstance(map_location, (str, torch.device)) and torch.device(map_location).type == "cuda"
    return named or isinstance(map_location, dict)
