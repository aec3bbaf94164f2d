"""How many simulated devices there are, which is the current one, and what a device argument means."""

from __future__ import annotations

from typing import Any

import torch

# The name that torch's C++ side gives the simulated devices. With a name of its own the backend counts as the
# accelerator, also in a build of torch for CUDA, whose autograd engine would ask the missing driver otherwise.
BACKEND = "simulatedcuda"


class Devices:
    """The state of the simulated driver."""

    count = 0
    current = 0


def backing(index: int) -> torch.device:
    """The device that torch's C++ side knows simulated device number `index` as."""
    return torch.device(BACKEND, index)


def index_of(device: Any) -> int | None:
    """The number of the simulated device that a device argument names; None for the CPU and others.

    Raises RuntimeError, as CUDA does, for a device that does not exist.
    """
    if device is None:
        return None
    if isinstance(device, int) and not isinstance(device, bool):
        device = torch.device("cuda", device)
    elif isinstance(device, str):
        device = torch.device(device)
    if device.type not in ("cuda", BACKEND):
        return None
    index = Devices.current if device.index is None else device.index
    check(index)
    return int(index)


def check(index: int) -> None:
    """Raises RuntimeError, as CUDA does, for a device that does not exist."""
    if Devices.count == 0:
        raise RuntimeError("Found no NVIDIA driver on your system (there are 0 simulated GPUs)")
    if not 0 <= index < Devices.count:
        raise torch.AcceleratorError(
            "CUDA error: invalid device ordinal\nCUDA kernel errors might be asynchronously reported"
        )


def translated(device: Any) -> Any:
    """A device argument in the words of torch's C++ side; what is not a simulated device stays as it is."""
    index = index_of(device)
    return device if index is None else backing(index)
