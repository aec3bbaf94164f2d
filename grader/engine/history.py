"""What is known of a job's calls, whichever of its workers they ran in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .awake import awake_s
from .errors import CallTimeout, LimitExceeded, ProtocolError, WorkerStopped

MAX_BREACHES = 3
JOINT = " with "
"""Between the names of functions that one call is about."""


@dataclass(slots=True)
class CallHistory:
    """One for all sessions of a job; functions and classes of the submission by name, those of imports by ""."""

    wall_s: float = float("inf")
    """Seconds by the clock that are left for calls."""
    forbidden: dict[str, set[str]] = field(default_factory=dict)
    """Forbidden operations that were asked for."""
    _stopped: dict[str, str] = field(default_factory=dict)
    _breaches: Counter[str] = field(default_factory=Counter)

    def check(self, function: str) -> None:
        """Raises `CallTimeout` for a function that has hung, or has gone beyond limits or answered nonsense thrice."""
        if self.wall_s <= 0:
            raise CallTimeout("not run: all the time of this exercise was used up")
        for name in (function, *function.split(JOINT)):
            if name in self._stopped:
                raise CallTimeout(f"not run: {name} was stopped in an earlier test ({self._stopped[name]})")

    @contextmanager
    def call(self, function: str) -> Iterator[None]:
        """The block is a call of this function."""
        self.check(function)
        start = awake_s()
        try:
            yield
        except (CallTimeout, LimitExceeded, ProtocolError) as stopped:
            self.breach(function, stopped)
            raise
        finally:
            self.wall_s -= awake_s() - start

    def breach(self, function: str, stopped: WorkerStopped) -> None:
        """The worker was stopped for what this function did."""
        self._breaches[function] += 1
        if function and (isinstance(stopped, CallTimeout) or self._breaches[function] >= MAX_BREACHES):
            self._stopped.setdefault(function, stopped.sentence())
