"""What a runner prepares once: course, isolation, device, data, and the jobs' surroundings."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from grader.bank import solution_files
from grader.course import load_course
from grader.engine import isolation
from grader.engine.errors import IsolationError
from grader.engine.isolation import IsolationLevel
from grader.engine.probe import probe
from grader.engine.worker import Surroundings
from grader.engine.zygote import Zygote
from grader.errors import GraderError

from .fixtures import CourseFixtures
from .job import Job
from .messages import RunSettings, Task
from .session import SuiteSession


class RunnerSetup:
    """The unchanging side of a runner."""

    def __init__(self, zygote: Zygote, settings: RunSettings) -> None:
        self._zygote = zygote
        self._settings = settings
        self._course = load_course(Path(settings.course_file), settings.tier)
        self.device = _device(settings.device)
        self._fixtures = CourseFixtures(self._course, settings.seed, self.device, settings.dataset)
        required = IsolationLevel.NONE if settings.trust_submissions else IsolationLevel[self._course.isolation.upper()]
        secrets = [self._course.solutions_dir, self._course.suites_dir, self._course.exercises_dir]
        self._surroundings = Surroundings(
            read_paths=isolation.readable_paths(),
            hidden_paths=isolation.hidden_paths(secrets),
            shown_paths=isolation.shown_paths(),
            mechanisms=list(isolation.MECHANISMS),
            required=required,
            device_paths=isolation.gpu_device_paths() if self.device == "cuda" else [],
        )
        self._stubs = {
            exercise: self._course.stub(exercise).read_bytes()
            for exercise in settings.exercises
            if self._course.stub(exercise).is_file()
        }

    def suites(self, serve: Callable[[SuiteSession], None]) -> SuiteSession:
        """The pytest session over the run's hidden suites."""
        return SuiteSession(self._course, self._settings.exercises, self._fixtures, self._reference_job, serve)

    def dataset(self, session: SuiteSession) -> str:
        """The name of the run's dataset; loads it if a test of the run needs it."""
        needed = any(
            "images" in getattr(item, "fixturenames", ()) and test.criterion not in self._settings.skipped_criteria
            for item, test in session.items_and_tests()
        )
        if not needed:
            return self._settings.dataset if self._settings.dataset != "auto" else "none"
        if self._course.needs_cuda and self.device != "cuda":
            raise GraderError(
                f"{self._course.file}: tiers.{self._settings.tier} is for GPUs and this run uses none; "
                "pass --device cuda on a machine with one, or leave --tier out"
            )
        self._fixtures.load_images()
        dataset = self._fixtures.dataset_name
        tier = f"tiers.{self._settings.tier}." if self._settings.tier else ""
        for name, protocols in self._course.accuracy.items():
            if dataset not in protocols:
                raise GraderError(
                    f"{self._course.file}: {tier}accuracy.{name} has no protocol for '{dataset}', this run's dataset; "
                    f"add one, or pass --dataset {' or '.join(protocols)}"
                )
        return dataset

    def probe(self) -> str:
        """Starts a worker to see how well it is kept apart; raises `IsolationError` below the course's demand."""
        try:
            in_force = probe(self._zygote, self._course.limits, self._surroundings).in_force
        except IsolationError as error:
            raise GraderError(
                f"{error}; grade on a machine that allows user namespaces and Landlock, lower `isolation` in "
                f"{self._course.file}, or pass --trust-submissions for code that you trust"
            ) from error
        mechanisms = [name for name in isolation.MECHANISMS if name in in_force]
        self._surroundings = replace(self._surroundings, mechanisms=mechanisms)
        return f"{IsolationLevel.of(in_force).label}: {', '.join([*mechanisms, 'rlimits'])}"

    def is_stub(self, exercise: str, content: bytes) -> bool:
        """Whether a module is what was handed out, but for white space at line ends."""
        stub = self._stubs.get(exercise)
        return stub is not None and _lines(stub) == _lines(content)

    def keep_to(self, core: int) -> None:
        """Keeps this process and the jobs to one core."""
        os.sched_setaffinity(0, {core})
        self._zygote.keep_to(core)

    def job(self, task: Task) -> Job:
        """The job that serves the tests of a task."""
        return self._job(task.exercise, dict(task.files))

    def _reference_job(self, exercise: str) -> Job:
        return self._job(exercise, solution_files(self._course))

    def _job(self, exercise: str, files: dict[str, bytes]) -> Job:
        return Job(self._course, self._course.exercise(exercise), files, self._zygote, self._surroundings)


def _lines(source: bytes) -> list[bytes]:
    return [line.rstrip() for line in source.strip().splitlines()]


def _device(asked: str) -> str:
    if asked == "cpu":
        return "cpu"
    if asked != "sim" and torch.cuda.is_available():
        return "cuda"
    if asked == "cuda":
        raise GraderError(
            "--device cuda: this machine has no CUDA device that torch can use; take --device sim, which simulates some"
        )
    return "sim"
