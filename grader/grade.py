"""Grading a class: from submissions and a course to results in an output directory."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from typing import Protocol

from .cores import usable_cores
from .course import Course
from .data import find_fashion_mnist
from .fingerprint import run_fingerprint, submission_key
from .marking import Marking
from .pools import Pool, open_pool
from .report.feedback import feedback_markdown
from .report.training_picture import training_pictures
from .results import SubmissionResult
from .runner.messages import RunnerReady, RunSettings, Task, TaskDone
from .runner.schedule import Estimate, in_order
from .scratch import scratch_folder
from .store import STATE_FOLDER, Store, StoredResults
from .submissions import Aside, Contents, HandedIn, read_contents


@dataclass(frozen=True, slots=True)
class GradeOptions:
    """What the command line asks for."""

    exercises: tuple[str, ...] = ()
    skipped_criteria: tuple[str, ...] = ()
    jobs: int = 1
    device: str = "auto"
    dataset: str = "auto"
    seed: int | None = None
    force: bool = False
    trust_submissions: bool = False
    cluster: str | None = None
    tier: str | None = None


class Listener(Protocol):
    """Hears of a run's progress."""

    def begin(self, submissions: int, tasks: int) -> None:
        """The run starts with so many submissions to grade, in so many tasks."""

    def ready(self, ready: RunnerReady) -> None:
        """The first runner is ready."""

    def notice(self, sentence: str) -> None:
        """Something that the person who grades should know."""

    def task_done(self, submission: str, seconds_left: float | None) -> None:
        """One exercise of a submission is graded; how long the rest will take, if that can be told."""

    def finished(self, result: SubmissionResult, cached: bool) -> None:
        """A submission's result is final and written."""


@dataclass(slots=True)
class _Pending:
    handed_in: HandedIn
    contents: Contents
    key: str
    done: dict[str, TaskDone] = field(default_factory=dict)


class ClassGrader:
    """Grades submissions of one course into one store."""

    def __init__(self, course: Course, options: GradeOptions, store: Store, listener: Listener) -> None:
        self._course = course
        self._options = options
        self._store = store
        self._listener = listener
        self._exercises = tuple(e for e in course.exercises if e.id in options.exercises or not options.exercises)
        self._seed = options.seed if options.seed is not None else secrets.randbits(48)
        self.faults: list[str] = []

    def grade(self, submissions: list[HandedIn]) -> StoredResults:
        """Results in the order of the submissions; each is written as soon as it is whole, and not kept in memory."""
        with Aside(self._store.folder / STATE_FOLDER) as aside:
            self._grade(submissions, aside)
        return self._store.results([handed_in.name for handed_in in submissions])

    def _grade(self, submissions: list[HandedIn], aside: Aside) -> None:
        names = [exercise.id for exercise in self._course.exercises]
        run_key = run_fingerprint(self._course, self._key_options())
        cached: list[str] = []
        pending: list[_Pending] = []
        for handed_in in submissions:
            contents = read_contents(handed_in.path, names)
            key = submission_key(run_key, contents.digest())
            if not self._options.force and self._store.load(handed_in.name, key) is not None:
                cached.append(handed_in.name)
            else:
                pending.append(_Pending(handed_in, aside.put(contents), key))
        self._listener.begin(len(pending), len(pending) * len(self._exercises))
        for result in self._store.results(cached):
            self._listener.finished(result, True)
        if pending:
            self._run(pending)

    def _key_options(self) -> tuple[str, ...]:
        options = self._options
        seed = "" if options.seed is None else str(options.seed)
        chosen = ",".join(exercise.id for exercise in self._exercises)
        skipped = ",".join(sorted(set(options.skipped_criteria)))
        dataset = "fashion-mnist" if options.dataset == "auto" and find_fashion_mnist() else options.dataset
        return chosen, skipped, options.device, dataset, seed, str(options.trust_submissions), options.tier or ""

    def _run(self, pending: list[_Pending]) -> None:
        with scratch_folder() as scratch:
            settings = RunSettings(
                course_file=str(self._course.file),
                exercises=tuple(exercise.id for exercise in self._exercises),
                skipped_criteria=self._options.skipped_criteria,
                device=self._options.device,
                dataset=self._options.dataset,
                seed=self._seed,
                trust_submissions=self._options.trust_submissions,
                scratch_root=scratch,
                tier=self._options.tier,
            )
            cluster, notify = self._options.cluster, self._listener.notice
            pool = open_pool(self._course, settings, self._options.jobs, cluster, notify)
            try:
                ready = pool.start()
                self._listener.ready(ready)
                self._collect(pool, ready, pending)
            finally:
                pool.close()

    def _collect(self, pool: Pool, ready: RunnerReady, pending: list[_Pending]) -> None:
        marking = Marking(self._course, self._exercises, self._options.skipped_criteria, ready, self._seed)
        names = [exercise.id for exercise in self._exercises]
        owners = list(product(pending, names))
        costs = {number: marking.expected_cost(name) for number, (_, name) in enumerate(owners)}
        numbers = [range(first, first + len(names)) for first in range(0, len(owners), len(names))]
        order = in_order(numbers, costs, pool.jobs)
        estimate = Estimate(Counter(name for _, name in owners), min(pool.jobs, len(owners)))
        tasks = (_task(number, *owners[number], self._options.skipped_criteria) for number in order)
        for done in pool.run(tasks):
            item, exercise_id = owners[done.number]
            item.done[exercise_id] = done
            estimate.done(exercise_id, done.seconds)
            self._listener.task_done(item.handed_in.name, estimate.seconds_left())
            if len(item.done) == len(self._exercises):
                self._finish(item, ready, marking)
        self.faults += marking.faults

    def _finish(self, item: _Pending, ready: RunnerReady, marking: Marking) -> None:
        name = item.handed_in.name
        result = marking.result(name, item.contents, item.done)
        try:
            pictures = {id_: self._pictures(done, ready) for id_, done in item.done.items()}
        except Exception as error:  # a picture more or less costs nobody a mark
            self.faults.append(f"{name}: no picture of its training could be drawn: {type(error).__name__}: {error}")
            pictures = {}
        feedback = feedback_markdown(self._course, result, {id_: list(drawn) for id_, drawn in pictures.items()})
        every = {name: svg for drawn in pictures.values() for name, svg in drawn.items()}
        self._store.save(result, feedback, every, item.key)
        self._listener.finished(result, False)
        item.contents, item.done = Contents(), {}  # a large class has a lot of both

    def _pictures(self, done: TaskDone, ready: RunnerReady) -> dict[str, str]:
        dataset = (done.facts or ready.facts).dataset
        measured = {name: value for outcome in done.outcomes for name, value in outcome.measured.items()}
        plans = {name: plans[dataset] for name, plans in self._course.accuracy.items() if dataset in plans}
        return training_pictures(measured, plans) if measured else {}


def _task(number: int, item: _Pending, exercise_id: str, skipped_criteria: tuple[str, ...]) -> Task:
    contents = item.contents
    refused = contents.refused.get(f"{exercise_id}.py", "")
    if not refused and any(path.startswith(f"{exercise_id}.py/") for path in contents.files):
        refused = f"{exercise_id}.py is a folder; it should be a file"
    return Task(number, item.handed_in.name, exercise_id, contents.files, refused, skipped_criteria)


def default_jobs() -> int:
    """One job per core that this process may use."""
    return len(usable_cores())


__all__ = ["ClassGrader", "GradeOptions", "Listener", "default_jobs"]
