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
