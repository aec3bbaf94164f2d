"""The shape of `course.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from grader.engine.limits import Limits

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Points = Annotated[float, Field(ge=0, multiple_of=0.01)]
DatasetName = Literal["fashion-mnist", "builtin"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paths(_Model):
    """Folders of the course, relative to `course.yaml`."""

    exercises: Path = Path("exercises")
    solutions: Path = Path("solutions")
    suites: Path = Path("suites")
    bank: Path = Path("tests/bank")


class ForbiddenOperations(_Model):
    """Operations that an exercise may forbid: by dispatcher name, and Python functions or modules by dotted name."""

    description: str
    operators: str = Field(description="regular expression searched in the operator's name, without namespace")
    python: list[str] = []


class Exercise(_Model):
    """One exercise: a module that the student writes."""

    id: Identifier
    title: str
    points: Points
    criteria_points: dict[str, Points] = Field(
        default={}, description="points that a criterion gets in all; the rest is shared out by the tests' weights"
    )
    forbidden: list[str] = []
    limits: dict[str, Any] = {}


class AccuracyProtocol(_Model):
    """How a network is trained and what it has to reach; see docs/accuracy.md for where the figures come from."""

    network: Identifier | None = Field(
        default=None, description="the network by the suite's name for it (default: the protocol's own name)"
    )
    train_images: int = Field(gt=0)
    held_out_images: int = Field(gt=0)
    image_side: int | None = Field(default=None, gt=0, description="images are enlarged to so many pixels a side")
    batch_size: int = Field(gt=0)
    lr: float = Field(gt=0)
    epochs: int = Field(gt=0, description="epochs at `lr`, by the submission's whole training function")
    cool_down_epochs: int = Field(default=1, ge=0, description="epochs at a tenth of `lr` afterwards")
    call_cpu_s: float = Field(gt=0, description="CPU seconds for the whole training")
    demand: float = Field(gt=0, lt=1, description="accuracy on the held-out images that passes")
    target: float = Field(gt=0, lt=1, description="accuracy that students are told to reach; at least the demand")
    mean: float | None = Field(
        default=None, gt=0, lt=1, description="accuracy of the reference, mean over `seeds` runs; none: not calibrated"
    )
    sd: float | None = Field(default=None, gt=0, lt=1, description="its standard deviation")
    seeds: int = Field(default=0, ge=0)


class Tier(_Model):
    """Other accuracy protocols than the usual ones, for machines that can do more."""

    needs_cuda: bool = False
    accuracy: dict[Identifier, dict[DatasetName, AccuracyProtocol]]
    limits: dict[Identifier, dict[str, Any]] = Field(default={}, description="limits in this tier, by exercise")


class Course(_Model):
    """A whole course."""

    schema_version: Literal[1]
    title: str
    assignment: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", description="its name as an nbgrader assignment")] = (
        "assignment"
    )
    total_points: Points
    paths: Paths = Paths()
    isolation: Literal["none", "rlimits", "restricted", "full"] = "restricted"
    limits: Limits = Limits()
    criteria: dict[Identifier, str]
    forbidden_operations: dict[Identifier, ForbiddenOperations] = {}
    exercises: list[Exercise] = Field(min_length=1)
    accuracy: dict[Identifier, dict[DatasetName, AccuracyProtocol]] = {}
    tiers: dict[Identifier, Tier] = {}

    _file: Path = PrivateAttr(default=Path("course.yaml"))
    _tier: str | None = PrivateAttr(default=None)

    @property
    def file(self) -> Path:
        """The file that this was read from."""
        return self._file

    @property
    def tier(self) -> str | None:
        """The tier whose accuracy protocols are in force; None: the usual ones."""
        return self._tier

    @property
    def needs_cuda(self) -> bool:
        """Whether the accuracy protocols in force are for GPUs only."""
        return self._tier is not None and self.tiers[self._tier].needs_cuda

    def in_tier(self, name: str) -> Course:
        """The course with a tier's accuracy protocols and limits in place of its own."""
        tier = self.tiers[name]
        exercises = [
            exercise.model_copy(update={"limits": {**exercise.limits, **tier.limits.get(exercise.id, {})}})
            for exercise in self.exercises
        ]
        course = self.model_copy(update={"accuracy": tier.accuracy, "exercises": exercises})
        course._tier = name
        return course

    @property
    def suites_dir(self) -> Path:
        """Where the hidden suites are."""
        return self._file.parent / self.paths.suites

    @property
    def solutions_dir(self) -> Path:
        """Where the reference solutions are."""
        return self._file.parent / self.paths.solutions

    @property
    def exercises_dir(self) -> Path:
        """Where the stubs and the public tests are."""
        return self._file.parent / self.paths.exercises

    @property
    def bank_dir(self) -> Path:
        """Where the wrong and the right submissions are that `grader validate` runs."""
        return self._file.parent / self.paths.bank

    def exercise(self, exercise_id: str) -> Exercise:
        """The exercise with this id."""
        return next(exercise for exercise in self.exercises if exercise.id == exercise_id)

    def suites(self, exercise_id: str) -> tuple[Path, ...]:
        """The files of an exercise's hidden suite: `test_<id>.py`, then its parts `test_<id>_<part>.py` by name.

        An id may begin like another's: a file belongs to the longest that fits. Solutions count too, so that the suite
        of an exercise that the course leaves out is no part of one that it keeps.
        """
        ids = {exercise.id for exercise in self.exercises} | {path.stem for path in self.solutions_dir.glob("*.py")}
        longer = tuple(f"test_{other}_" for other in ids if other.startswith(f"{exercise_id}_"))
        parts = self.suites_dir.glob(f"test_{exercise_id}_*.py")
        return (
            self.suites_dir / f"test_{exercise_id}.py",
            *sorted(path for path in parts if not f"{path.stem}_".startswith(longer)),
        )

    def exercises_of_suites(self) -> dict[str, str]:
        """The exercise's id for the name of every file of the hidden suites."""
        return {file.name: exercise.id for exercise in self.exercises for file in self.suites(exercise.id)}

    def solution(self, exercise_id: str) -> Path:
        """The reference solution of an exercise."""
        return self.solutions_dir / f"{exercise_id}.py"

    def stub(self, exercise_id: str) -> Path:
        """The stub of an exercise."""
        return self.exercises_dir / f"{exercise_id}.py"

    def limits_of(self, exercise: Exercise) -> Limits:
        """The course's limits with the exercise's own in their place."""
        return Limits(**{**self.limits.model_dump(), **exercise.limits})
