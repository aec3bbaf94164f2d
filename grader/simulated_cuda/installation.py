"""Making torch believe in simulated GPUs: kernels, `torch.cuda`, and the Python functions that move things."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

from . import autograd, compilation, cuda, factories, generators, modules, movement, serialization
from .devices import BACKEND, Devices

_libraries: list[torch.library.Library] = []


def installed() -> bool:
    """Whether this process has simulated devices."""
    return bool(_libraries)


def prepare() -> None:
    """Does what takes time and changes nothing, so that forked children install faster."""
    factories.operators()


def install(count: int = 1) -> None:
    """Gives this process `count` simulated GPUs, in place of none; 0 makes a machine without any.

    May be called again to change the number. Raises RuntimeError where torch sees a real GPU.
    """
    if not installed():
        if torch.cuda.is_available():
            raise RuntimeError("there is a real GPU: simulated ones cannot stand beside it")
        _install()
    Devices.count, Devices.current = count, 0


def _install() -> None:
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

    _setup_privateuseone_for_python_backend(rename=BACKEND, backend_module=cuda.Backend(), device_guard=cuda.guard())
    _libraries.extend(factories.register())
    cuda.patch()
    generators.patch()
    movement.patch()
    modules.patch()
    autograd.patch()
    compilation.patch()
    serialization.patch()


@contextlib.contextmanager
def devices(count: int) -> Iterator[None]:
    """A machine with `count` simulated GPUs for the length of the block."""
    before = Devices.count, Devices.current
    install(count)
    try:
        yield
    finally:
        Devices.count, Devices.current = before
