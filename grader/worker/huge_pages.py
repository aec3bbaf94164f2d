"""Huge pages for a process that forks often: a fork copies one entry of the page table for two megabytes, not 512."""

from __future__ import annotations

import contextlib

from .sandbox import libc

_HUGE = 2 << 20


def collapse() -> None:
    """Puts this process's heap into huge pages where the kernel can (Linux 6.1 or newer); takes about a second."""
    with open("/proc/self/maps") as file:
        areas = [line.split() for line in file]
    for address, permissions, *_rest, name in ([*fields, ""][:6] for fields in areas):
        if permissions != "rw-p" or name not in ("", "[heap]"):
            continue
        start, end = (int(number, 16) for number in address.split("-"))
        for page in range(-(-start // _HUGE) * _HUGE, end - _HUGE + 1, _HUGE):
            with contextlib.suppress(OSError):  # not all of it is in use, or none are free
                libc.madvise(page, _HUGE, libc.MADV_COLLAPSE)
