"""The time that limits count: a machine that stands still uses up nobody's time."""

from __future__ import annotations

import time

MAX_STEP_S = 1.0


class AwakeClock:
    """Seconds by the clock in which this process could look at it.

    While it waits for a worker it looks many times a second. Where it could not for longer than that (a virtual
    machine was paused, somebody pressed Ctrl-Z), the worker may have stood still too, or has answered long since; and
    right code must not pass for code that hangs. What computes meanwhile is stopped by its limits of computing time.
    """

    def __init__(self) -> None:
        self._looked = time.monotonic()
        self._awake_s = 0.0

    def __call__(self) -> float:
        """Seconds since the clock was made."""
        now = time.monotonic()
        self._awake_s += min(now - self._looked, MAX_STEP_S)
        self._looked = now
        return self._awake_s


awake_s = AwakeClock()
"""This process's."""
