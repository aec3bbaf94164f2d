"""Grading a class: from submissions and a course to results in an output directory."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Protocol

from .course import Course
from .data import find_fashion_mnist
from .errors import GraderError
from .fingerprint import run_fingerprint, submission_key
from .pools import Pool, open_pool
from .report.feedback import feedback_markdown
from .report.training_picture import training_pictures
from .results import Environment, ExerciseResult, SubmissionResult, TestResult
from .runner.messages import Facts, RunnerReady, RunSettings, Task, TaskDone, TestOutcome
from .runner.schedule import Estimate, in_order
from .scoring import SLOW_CRITERION, NoTestsError, TestSpec, max_units, points
from .scratch import scratch_folder
from .store import Store
from .submissions import Contents, HandedIn, read_contents
from .version import VERSION


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

    def grade(self, submissions: list[HandedIn]) -> list[SubmissionResult]:
        """Results in the order of the submissions; each is written as soon as it is whole."""
        names = [exercise.id for exercise in self._course.exercises]
        run_key = run_fingerprint(self._course, self._key_options())
        results: dict[str, SubmissionResult] = {}
        pending: list[_Pending] = []
        for handed_in in submissions:
            contents = read_contents(handed_in.path, names)
            key = submission_key(run_key, contents.digest())
            cached = None if self._options.force else self._store.load(handed_in.name, key)
            if cached is not None:
                results[handed_in.name] = cached
            else:
                pending.append(_Pending(handed_in, contents, key))
        self._listener.begin(len(pending), len(pending) * len(self._exercises))
        for result in results.values():
            self._listener.finished(result, True)
        for result in self._run(pending) if pending else ():
            results[result.submission] = result
        return [results[handed_in.name] for handed_in in submissions]

    def _key_options(self) -> tuple[str, ...]:
        options = self._options
        seed = "" if options.seed is None else str(options.seed)
        chosen = ",".join(exercise.id for exercise in self._exercises)
        skipped = ",".join(sorted(set(options.skipped_criteria)))
        dataset = "fashion-mnist" if options.dataset == "auto" and find_fashion_mnist() else options.dataset
        return chosen, skipped, options.device, dataset, seed, str(options.trust_submissions)

    def _run(self, pending: list[_Pending]) -> Iterator[SubmissionResult]:
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
            )
            cluster, notify = self._options.cluster, self._listener.notice
            pool = open_pool(self._course, settings, self._options.jobs, cluster, notify)
            try:
                ready = pool.start()
                self._listener.ready(ready)
                yield from self._collect(pool, ready, pending)
            finally:
                pool.close()

    def _collect(self, pool: Pool, ready: RunnerReady, pending: list[_Pending]) -> Iterator[SubmissionResult]:
        tests = self._tests(ready)
        names = [exercise.id for exercise in self._exercises]
        owners = list(product(pending, names))
        costs = {number: _expected_cost(tests[name]) for number, (_, name) in enumerate(owners)}
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
                yield self._finish(item, ready, tests)

    def _tests(self, ready: RunnerReady) -> dict[str, list[tuple[TestSpec, int]]]:
        tests: dict[str, list[tuple[TestSpec, int]]] = {}
        for exercise in self._exercises:
            specs = [test for test in ready.tests if test.exercise == exercise.id]
            try:
                units = max_units(exercise, specs)
            except NoTestsError as error:
                raise GraderError(f"{self._course.file}: {error}") from error
            tests[exercise.id] = [
                (test, units[test.id]) for test in specs if test.criterion not in self._options.skipped_criteria
            ]
        return tests

    def _finish(
        self, item: _Pending, ready: RunnerReady, tests: dict[str, list[tuple[TestSpec, int]]]
    ) -> SubmissionResult:
        scored = [self._exercise_result(e.id, item, tests[e.id]) for e in self._exercises]
        result = SubmissionResult(
            submission=item.handed_in.name,
            course=self._course.title,
            status="graded" if item.contents.readable else "unreadable",
            score=points(sum(earned for _result, earned, _most in scored)),
            max_score=points(sum(most for _result, _earned, most in scored)),
            duration_s=round(sum(test.duration_s for exercise, _, _ in scored for test in exercise.tests), 3),
            environment=self._environment([done.facts or ready.facts for done in item.done.values()]),
            notes=item.contents.notes,
            exercises=[exercise for exercise, _earned, _most in scored],
        )
        pictures = {id_: self._pictures(done, (done.facts or ready.facts).dataset) for id_, done in item.done.items()}
        feedback = feedback_markdown(self._course, result, {id_: list(drawn) for id_, drawn in pictures.items()})
        every = {name: svg for drawn in pictures.values() for name, svg in drawn.items()}
        self._store.save(result, feedback, every, item.key)
        self._listener.finished(result, False)
        return result

    def _environment(self, facts: list[Facts]) -> Environment:
        """Where a submission was graded: on a cluster, perhaps in several places."""

        def every(values: Iterable[str]) -> str:
            return " and ".join(sorted(set(values)))

        return Environment(
            python=every(fact.python for fact in facts),
            torch=every(fact.torch for fact in facts),
            device=every(fact.device for fact in facts),
            dataset=every(fact.dataset for fact in facts),
            isolation=every(fact.isolation for fact in facts),
            grader=VERSION,
            seed=self._seed,
        )

    def _pictures(self, done: TaskDone, dataset: str) -> dict[str, str]:
        measured = {name: value for outcome in done.outcomes for name, value in outcome.measured.items()}
        plans = {name: plans[dataset] for name, plans in self._course.accuracy.items() if dataset in plans}
        return training_pictures(measured, plans) if measured else {}

    def _exercise_result(
        self, exercise_id: str, item: _Pending, tests: list[tuple[TestSpec, int]]
    ) -> tuple[ExerciseResult, int, int]:
        done = item.done[exercise_id]
        outcomes = {outcome.id: outcome for outcome in done.outcomes}
        results, earned = [], 0
        for test, units in tests:
            outcome = outcomes.get(test.id) or outcomes.get("") or _not_recorded(test)
            passed = outcome.outcome == "passed"
            earned += units if passed else 0
            if outcome.fault:
                self.faults.append(f"{item.handed_in.name}, {exercise_id}, {test.id}: {outcome.fault}")
            results.append(
                TestResult(
                    id=test.id,
                    title=test.title,
                    criterion=test.criterion,
                    score=points(units) if passed else 0.0,
                    max_score=points(units),
                    outcome=outcome.outcome,
                    message=outcome.message,
                    duration_s=outcome.duration_s,
                )
            )
        most = sum(units for _test, units in tests)
        status = done.status
        result = ExerciseResult(
            id=exercise_id, score=points(earned), max_score=points(most), status=status, tests=results
        )
        return result, earned, most


def _task(number: int, item: _Pending, exercise_id: str, skipped_criteria: tuple[str, ...]) -> Task:
    contents = item.contents
    refused = contents.refused.get(f"{exercise_id}.py", "")
    if not refused and any(path.startswith(f"{exercise_id}.py/") for path in contents.files):
        refused = f"{exercise_id}.py is a folder; it should be a file"
    return Task(number, item.handed_in.name, exercise_id, contents.files, refused, skipped_criteria)


def _expected_cost(tests: list[tuple[TestSpec, int]]) -> float:
    """In tests; one that trains a network counts for many."""
    return sum(100 if test.criterion == SLOW_CRITERION else 1 for test, _units in tests)


def _not_recorded(test: TestSpec) -> TestOutcome:
    """A test that had to run and of which nothing was recorded has not passed."""
    message = "the grader has no record of this test; please tell your instructor"
    return TestOutcome(test.id, "error", message, 0.0, "no outcome was recorded")


def default_jobs() -> int:
    """One job per core that this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


__all__ = ["ClassGrader", "GradeOptions", "Listener", "default_jobs"]
