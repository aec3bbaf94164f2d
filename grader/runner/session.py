"""A pytest session that collects the hidden suites once and then runs them for one task after the other."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest
from _pytest.outcomes import OutcomeException

from grader.course import Course
from grader.engine.errors import ZygoteError
from grader.scoring import TestSpec

from .arguments import PlainArguments
from .fixtures import CourseFixtures, make_importable
from .job import Job, test_seed
from .memory import forget_frames
from .messages import Task, TaskDone, TestOutcome
from .verdict import NOT_WRITTEN, judge, title, wrong_kind


class SuiteError(Exception):
    """A hidden suite cannot be collected: the author's fault."""


class SuiteSession:
    """A pytest plugin whose run loop is the runner's: it calls `serve` once all suites are collected."""

    def __init__(
        self,
        course: Course,
        exercises: tuple[str, ...],
        fixtures: CourseFixtures,
        reference_job: Callable[[str], Job],
        serve: Callable[[SuiteSession], None],
    ) -> None:
        self._course = course
        self._exercises = exercises
        self._fixtures = fixtures
        self._reference_job = reference_job
        self._sound: set[str] = set()
        self._serve = serve
        self._items: dict[str, list[pytest.Item]] = {}
        self._arguments: dict[pytest.Item, PlainArguments | None] = {}
        self._collect_errors: list[str] = []
        self._failure: Exception | None = None
        self.tests: dict[str, list[TestSpec]] = {}

    def run(self) -> None:
        """Collects and serves; raises `SuiteError` if a suite is broken, and what `serve` raises."""
        suites = [str(file) for exercise in self._exercises for file in self._course.suites(exercise)]
        arguments = [
            "-p",
            "no:terminal",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:junitxml",
            "-p",
            "no:timeout",
            "-p",
            "no:logging",
            "-s",
        ]
        arguments += ["-c", "/dev/null", "--rootdir", str(self._course.suites_dir), "--import-mode=importlib"]
        make_importable(self._course.suites_dir)  # for what the files of a suite share
        pytest.main([*arguments, *suites], plugins=[self, self._fixtures])
        if self._collect_errors:
            raise SuiteError(self._collect_errors[0])
        if self._failure:
            raise self._failure

    def pytest_configure(self, config: pytest.Config) -> None:
        for mark in ("criterion(name, weight)", "hint(nudge, section)", "needs_cuda(count)", "harness(name)"):
            config.addinivalue_line("markers", mark)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._collect_errors.append(f"{report.nodeid or 'the suites'} cannot be collected: {report.longreprtext}")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        exercises = self._course.exercises_of_suites()
        self._check_names(session.items, exercises)
        for item in session.items:
            needed = item.get_closest_marker("needs_cuda")
            if needed is not None and self._fixtures.gpus < (needed.args[0] if needed.args else 1):
                continue
            exercise = exercises[item.path.name]
            self._items.setdefault(exercise, []).append(item)
            self._arguments[item] = PlainArguments.of(item) if isinstance(item, pytest.Function) else None
            self.tests.setdefault(exercise, []).append(self._spec(exercise, item))
        if not self._collect_errors:
            gc.collect()
            gc.freeze()
            try:
                self._serve(self)
            except Exception as error:  # pytest would print it and go on
                self._failure = error
        return True

    def _check_names(self, items: list[pytest.Item], exercises: dict[str, str]) -> None:
        """Results know a test by its name."""
        seen: dict[tuple[str, str], pytest.Item] = {}
        for item in items:
            first = seen.setdefault((exercises[item.path.name], item.name), item)
            if first is not item:
                self._collect_errors.append(
                    f"{item.path.name}: '{first.path.name}' has a test named {item.name} too; "
                    "the tests of an exercise need names that differ"
                )

    def items_and_tests(self) -> list[tuple[pytest.Item, TestSpec]]:
        """Every test of the run, as pytest and as the grader know it."""
        return [
            pair for exercise, items in self._items.items() for pair in zip(items, self.tests[exercise], strict=True)
        ]

    def _spec(self, exercise: str, item: pytest.Item) -> TestSpec:
        mark = item.get_closest_marker("criterion")
        if mark is None or mark.args[0] not in self._course.criteria:
            named = f"'{mark.args[0]}', which course.yaml does not list" if mark else "none"
            self._collect_errors.append(f"{item.nodeid}: every test names a criterion of the course; this one: {named}")
            return TestSpec(exercise, item.name, title(item), "", 1.0)
        return TestSpec(exercise, item.name, title(item), mark.args[0], float(mark.args[1]))

    def grade(self, task: Task, job: Job) -> TaskDone:
        """Runs the tests of the task's exercise against its job."""
        tests = self.tests[task.exercise]
        wanted = [test for test in tests if test.criterion not in task.skipped_criteria]
        failure = job.import_failure()
        if failure:
            outcomes = tuple(TestOutcome(test.id, "error", failure, 0.0) for test in wanted)
            return TaskDone(task.number, "import_error", outcomes)
        self._fixtures.job = job
        run_seed = self._fixtures.run_seed
        self._fixtures.run_seed = run_seed if task.seed is None else task.seed
        try:
            done: list[TestOutcome] = []
            for test, item in zip(tests, self._items[task.exercise], strict=True):
                if test.criterion in task.skipped_criteria:
                    continue
                done.append(self._run(test, item, job))
                if test.criterion in task.enough and done[-1].outcome != "passed":
                    break
        finally:
            self._items[task.exercise][0].session._setupstate.teardown_exact(None)
            self._fixtures.job = None
            self._fixtures.run_seed = run_seed
        untouched = all(NOT_WRITTEN in outcome.message for outcome in done)
        return TaskDone(task.number, "not_started" if untouched and done else "graded", tuple(done))

    def _run(self, test: TestSpec, item: pytest.Item, job: Job) -> TestOutcome:
        start = time.perf_counter()
        self._fixtures.measured = {}
        error = self._error(test, item, job)
        measured = self._fixtures.measured
        outcome, message, fault = judge(item, error)
        if fault and error is not None and self._is_sound(test, item, job):
            outcome, message, fault = "failed", wrong_kind(error), ""
        forget_frames(error)
        return TestOutcome(test.id, outcome, message, round(time.perf_counter() - start, 4), fault, measured)

    def _is_sound(self, test: TestSpec, item: pytest.Item, job: Job) -> bool:
        """Whether the test passes on the reference: then what it stumbled over came from the submission."""
        if item.nodeid not in self._sound:
            reference = self._reference_job(test.exercise)
            self._fixtures.job = reference
            try:
                if self._error(test, item, reference) is None:
                    self._sound.add(item.nodeid)
            finally:
                self._fixtures.job = job
                reference.close()
        return item.nodeid in self._sound

    def _error(self, test: TestSpec, item: pytest.Item, job: Job) -> BaseException | None:
        """Runs one test; what it raised.

        As pytest's own protocol would, without its reports, whose text is costly to build and shows hidden values that
        nobody should see. Nothing outlives a test but the job and the suite's module.
        """
        assert isinstance(item, pytest.Function)
        job.begin_test(test_seed(self._fixtures.run_seed, test.exercise, test.id, "worker"))
        self._fixtures.test = item
        setup_state = item.session._setupstate
        plain = self._arguments.get(item)
        found: BaseException | None = None
        try:
            if plain is not None:
                item.funcargs = plain.values()
            else:
                item._initrequest()
                setup_state.setup(item)
            item.runtest()
        except ZygoteError:
            raise  # no test can go on here; another runner takes the task
        except (Exception, OutcomeException) as error:
            found = error
        finally:
            try:
                if plain is None:
                    setup_state.teardown_exact(item.parent)  # type: ignore[arg-type]
            except (Exception, OutcomeException) as error:
                found = found or error
            item.funcargs = {}
        return found
