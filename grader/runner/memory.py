"""What a runner does so that what submissions return does not fill the machine's memory."""

from __future__ import annotations

import contextlib
from pathlib import Path

_MOST_MORE = 3 << 30
"""What a runner may add to its address space; tests of what honest code returns take a few hundred megabytes."""


def bound_memory(most_more: int = _MOST_MORE) -> None:
    """Lets this process take so many bytes more than it has: a test that multiplies what it is given may fail, no more.

    Not where a CUDA driver is in use, which maps whatever it likes.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = pages * resource.getpagesize() + most_more
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def forget_frames(error: BaseException | None) -> None:
    """Frees what a failed test held, now and not when Python looks for cycles: it can be large."""
    for _ in range(20):
        if error is None:
            break
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
