"""Calibration of the accuracy protocols: what right code reaches over many seeds, and what broken code does."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from .bank import read_bank, solution_files
from .course import Course
from .runner.messages import RunSettings, Task
from .runner.pool import RunnerPool
from .scoring import SLOW_CRITERION
from .scratch import scratch_folder

REFERENCE = "reference"
# A demand so far below the mean fails right code about three times in a million runs.
DEMAND_SDS = 4.5
_FIRST_SEED = 1_000


class Distribution(BaseModel):
    """The accuracies that one module reached under one protocol; `failed` counts runs that reached none."""

    protocol: str
    module: str
    kind: str
    values: list[float]
    failed: int

    @property
    def mean(self) -> float:
        """The mean accuracy."""
        return statistics.fmean(self.values)

    @property
    def sd(self) -> float:
        """The standard deviation; 0 of a single value."""
        return statistics.stdev(self.values) if len(self.values) > 1 else 0.0


class Calibration(BaseModel):
    """Everything that a calibration measured."""

    dataset: str
    torch: str
    distributions: list[Distribution]

    def reference(self, protocol: str) -> Distribution:
        """The reference's accuracies under a protocol."""
        return next(d for d in self.distributions if d.protocol == protocol and d.kind == REFERENCE)


def proposed_demand(reference: Distribution) -> float:
    """The highest whole percentage that is at least `DEMAND_SDS` standard deviations below the mean."""
    return math.floor(100 * (reference.mean - DEMAND_SDS * reference.sd)) / 100


def false_fail_probability(reference: Distribution, demand: float) -> float:
    """The probability that right code misses the demand, for normally distributed accuracies."""
    if not reference.sd:
        return 0.0 if reference.mean >= demand else 1.0
    return 0.5 * math.erfc((reference.mean - demand) / reference.sd / math.sqrt(2))


def calibrate(
    course: Course,
    exercises: tuple[str, ...],
    *,
    jobs: int,
    dataset: str,
    seeds: int,
    variant_seeds: int,
    broken_seeds: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Calibration:
    """Trains the reference, right variants and broken modules over seeds, by these exercises' accuracy tests."""
    others = tuple(criterion for criterion in course.criteria if criterion != SLOW_CRITERION)
    tasks, owners = _tasks(course, exercises, others, seeds, variant_seeds, broken_seeds)
    values: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    failed: dict[tuple[str, str, str], int] = defaultdict(int)
    with scratch_folder() as scratch:
        settings = RunSettings(
            str(course.file),
            exercises,
            others,
            "cuda" if course.needs_cuda else "cpu",
            dataset,
            _FIRST_SEED,
            trust_submissions=True,
            scratch_root=scratch,
            tier=course.tier,
        )
        pool = RunnerPool(settings, jobs)
        try:
            ready = pool.start()
            for count, done in enumerate(pool.run(tasks), 1):
                module, kind = owners[done.number]
                for outcome in done.outcomes:
                    for protocol, accuracy in _accuracies(course, outcome.measured):
                        values[protocol, module, kind].append(accuracy)
                    if not outcome.measured:
                        failed[outcome.id.partition("[")[2].rstrip("]"), module, kind] += 1
                progress(count, len(tasks))
        finally:
            pool.close()
    distributions = [
        Distribution(protocol=protocol, module=module, kind=kind, values=values[key], failed=failed.get(key, 0))
        for key in sorted({*values, *failed}, key=lambda key: (key[0], key[2] != REFERENCE, key[2], key[1]))
        for protocol, module, kind in [key]
    ]
    return Calibration(dataset=ready.facts.dataset, torch=ready.facts.torch, distributions=distributions)


def _accuracies(course: Course, measured: dict[str, Any]) -> list[tuple[str, float]]:
    return [(name, float(value["accuracy"])) for name, value in measured.items() if name in course.accuracy]


def _tasks(
    course: Course,
    exercises: tuple[str, ...],
    skipped: tuple[str, ...],
    seeds: int,
    variant_seeds: int,
    broken_seeds: int,
) -> tuple[list[Task], dict[int, tuple[str, str]]]:
    tasks: list[Task] = []
    owners: dict[int, tuple[str, str]] = {}

    def add(exercise: str, module: str, kind: str, files: dict[str, bytes], count: int) -> None:
        for seed in range(_FIRST_SEED, _FIRST_SEED + count):
            owners[len(tasks)] = module, kind
            tasks.append(Task(len(tasks), module, exercise, files, "", skipped, seed))

    for exercise in exercises:
        add(exercise, f"{exercise}/reference", REFERENCE, solution_files(course), seeds)
    for case in read_bank(course, exercises):
        add(
            case.exercise,
            case.name,
            case.kind,
            case.files(course),
            variant_seeds if case.kind == "right" else broken_seeds,
        )
    return tasks, owners
