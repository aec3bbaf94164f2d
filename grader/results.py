"""What grading one submission gives: the content of `result.json`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Outcome = Literal["passed", "failed", "error", "timeout", "crashed", "skipped"]
ExerciseStatus = Literal["graded", "missing", "import_error", "not_started"]
HINT = " Hint: "
"""What stands between a message and its hint."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TestResult(_Model):
    """One hidden test."""

    __test__ = False

    id: str
    title: str
    criterion: str
    score: float
    max_score: float
    outcome: Outcome
    message: str
    duration_s: float


class ExerciseResult(_Model):
    """One exercise of one submission."""

    id: str
    score: float
    max_score: float
    status: ExerciseStatus
    tests: list[TestResult]


class Environment(_Model):
    """Where and how the submission was graded."""

    python: str
    torch: str
    device: str
    dataset: str
    isolation: str
    grader: str
    seed: int


class SubmissionResult(_Model):
    """One submission; `notes` are remarks on the files that were handed in."""

    schema_version: Literal[1] = 1
    submission: str
    course: str
    status: Literal["graded", "unreadable"]
    score: float
    max_score: float
    duration_s: float
    environment: Environment
    notes: list[str] = []
    exercises: list[ExerciseResult]
