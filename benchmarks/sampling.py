"""Where a process's CPU time goes, by samples of its stack: each sample stands for the time since the one before."""

from __future__ import annotations

import signal
import time
from collections import Counter
from types import FrameType
from typing import Any

PERIOD_S = 0.002

# The first part of a path or function that is found from the innermost frame outward says what the time is spent on.
WORKER = (
    ("/simulated_cuda/", "simulated devices"),
    ("/submission/", "the student's computing"),
    ("<harness_", "the student's computing"),
    ("calls.py:backward", "the student's computing"),
    ("calls.py:vector_jacobian_product", "the student's computing"),
    ("server.py:_call", "the student's computing"),
    ("server.py:_vjp", "the student's computing"),
    ("/grader/worker/forbidden.py", "forbidding operations"),
    ("/grader/worker/watched.py", "forbidding operations"),
    ("/grader/worker/loaded.py", "forbidding operations"),
    ("/grader/worker/", "calls"),
)
RUNNER = (
    ("/solutions/", "the reference's computing"),
    ("/suites/harness_", "the reference's computing"),
    ("graph.py:_engine_run_backward", "the reference's computing"),
    ("/grader/engine/", "calls"),
    ("/grader/worker/", "calls"),
    ("/grader/suites/", "checks"),
    ("/grader/testing/", "checks"),
    ("/_pytest/", "test runner"),
    ("/pluggy/", "test runner"),
    ("/grader/runner/", "test runner"),
)


class Sampler:
    """Samples this process while it computes."""

    def __init__(self, rules: tuple[tuple[str, str], ...]) -> None:
        self._rules = rules
        self._last = time.thread_time()
        self.spent: Counter[str] = Counter()

    def start(self) -> None:
        """Begins to sample; what was spent before is nobody's."""
        self._last = time.thread_time()
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, PERIOD_S, PERIOD_S)

    def stop(self) -> None:
        """Ends it; the process can live on."""
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _sample(self, _signal: int, frame: FrameType | None) -> None:
        now = time.thread_time()
        self.spent[self._category(frame)] += now - self._last
        self._last = now

    def _category(self, frame: FrameType | None) -> str:
        while frame is not None:
            where = f"{frame.f_code.co_filename}:{frame.f_code.co_name}"
            for part, category in self._rules:
                if part in where:
                    return category
            frame = frame.f_back
        return "other"

    def take(self) -> dict[str, float]:
        """Seconds by category since the last time."""
        spent, self.spent = dict(self.spent), Counter()
        return spent


def sample_jobs() -> None:
    """In the zygote: every job samples itself from its first request on and says with each answer what it spent."""
    from grader.worker.server import Server

    started: list[Sampler] = []
    answer = Server._answer

    def sampled(server: Server, *incoming: Any) -> Any:
        if not started:
            started.append(Sampler(WORKER))
            started[0].start()
        reply, buffers = answer(server, *incoming)
        return reply | {"spent": started[0].take()}, buffers

    Server._answer = sampled  # type: ignore[method-assign]
