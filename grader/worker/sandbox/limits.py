"""Resource limits of one process of a job."""

from __future__ import annotations

import resource

from .settings import SandboxSettings


def apply(settings: SandboxSettings) -> None:
    """Sets the limits; the address space counts from what the process has already."""
    address_space = _address_space_bytes() + (settings.memory_mb << 20)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, settings.cpu_s),
        (resource.RLIMIT_FSIZE, settings.file_mb << 20),
        (resource.RLIMIT_NOFILE, settings.open_files),
        (resource.RLIMIT_NPROC, settings.processes),
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _soft, hard = resource.getrlimit(limit)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


def _address_space_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
