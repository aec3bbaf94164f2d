"""In which order a class's tasks are run, and how long the rest will take."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def in_order(submissions: Sequence[Sequence[Item]], costs: Mapping[Item, float], jobs: int) -> list[Item]:
    """The tasks of all submissions, in the order in which `jobs` runners should take them.

    Submission after submission, so that first results come early and a stopped run has finished most of what it has
    begun; within one the costliest first. The last submissions, two for each runner, are mixed, costliest first of
    all: no runner then idles for longer than the cheapest tasks take.
    """

    def costliest_first(tasks: Sequence[Item]) -> list[Item]:
        return sorted(tasks, key=lambda task: -costs[task])

    settled = max(len(submissions) - 2 * jobs, 0)
    last = [task for tasks in submissions[settled:] for task in tasks]
    return [task for tasks in submissions[:settled] for task in costliest_first(tasks)] + costliest_first(last)


class Estimate:
    """How long a run will still take, from the mean times of what is done, exercise by exercise."""

    def __init__(self, waiting: Counter[str], jobs: int) -> None:
        self._waiting = waiting
        self._jobs = jobs
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._done: Counter[str] = Counter()

    def done(self, exercise: str, seconds: float) -> None:
        """One task of an exercise has taken so long."""
        self._waiting[exercise] -= 1
        self._done[exercise] += 1
        self._seconds[exercise] += seconds

    def seconds_left(self) -> float | None:
        """Seconds until the end; None as long as an exercise is to come of which none has been done."""
        left = 0.0
        for exercise, count in self._waiting.items():
            if count and not self._done[exercise]:
                return None
            left += count * self._seconds[exercise] / max(self._done[exercise], 1)
        return left / self._jobs
