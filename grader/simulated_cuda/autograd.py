"""Backward passes on one thread: torch's engine would start one per device, which it has none for."""

from __future__ import annotations

import functools
from typing import Any

import torch


def patch() -> None:
    """Wraps the entries into the engine; the setting belongs to a thread, so it is made anew at each."""
    for owner, name in ((torch.autograd, "backward"), (torch.autograd, "grad")):
        original = getattr(owner, name)

        @functools.wraps(original)
        def single(*args: Any, _original: Any = original, **kwargs: Any) -> Any:
            with torch.autograd.set_multithreading_enabled(False):
                return _original(*args, **kwargs)

        setattr(owner, name, single)
    torch._C._set_multithreading_enabled(False)
    torch.compile = _as_it_is
    torch.jit.script = torch.jit.trace = _as_it_is  # type: ignore[assignment]


def _as_it_is(model: Any = None, *_args: Any, **_kwargs: Any) -> Any:
    """`torch.compile`, or TorchScript, that compiles nothing: its interpreter would pass by the simulated devices."""
    return model if model is not None else lambda function: function
