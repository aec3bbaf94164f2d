"""What the main process and a runner say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.results import ExerciseStatus, Outcome
from grader.scoring import TestSpec


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What all tasks of a run have in common."""

    course_file: str
    exercises: tuple[str, ...]
    skipped_criteria: tuple[str, ...]
    """Criteria that every task of the run skips."""
    device: str
    dataset: str
    seed: int
    trust_submissions: bool
    scratch_root: str
    tier: str | None = None
    """The tier of `course.yaml` whose accuracy protocols are in force; none: the usual ones."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Where and with what a runner works."""

    python: str
    torch: str
    device: str
    dataset: str
    isolation: str


@dataclass(frozen=True, slots=True)
class RunnerReady:
    """The runner has collected the suites; what it runs, and where."""

    tests: tuple[TestSpec, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class RunnerFailed:
    """The runner cannot work; the sentence is for the person who runs the grader."""

    sentence: str


@dataclass(frozen=True, slots=True)
class KeepTo:
    """The runner and its jobs use this core from now on: they take turns, and need not wake another one each time."""

    core: int


@dataclass(frozen=True, slots=True)
class Task:
    """One exercise of one submission, less some criteria. `refused` says why its module could not be taken, if so."""

    number: int
    submission: str
    exercise: str
    files: Mapping[str, bytes]
    refused: str = ""
    skipped_criteria: tuple[str, ...] = ()
    seed: int | None = None
    """In place of the run's seed."""
    enough: tuple[str, ...] = ()
    """Criteria of which one failed test is enough: no more are run."""


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """How one test ended, with the sentence for the student; `fault` is a fault of the suite or the grader.

    `measured` is what the test recorded: JSON-like data by name.
    """

    __test__ = False

    id: str
    outcome: Outcome
    message: str
    duration_s: float
    fault: str = ""
    measured: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskDone:
    """The outcomes of one task, in the suite's order; `facts` where they are not those of the run's first runner."""

    number: int
    status: ExerciseStatus
    outcomes: tuple[TestOutcome, ...] = field(default=())
    seconds: float = 0.0
    facts: Facts | None = None
