"""From the outcomes of a submission's tests to its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .course import Course, Exercise
from .errors import GraderError
from .notebooks.places import named_by_cell
from .results import Environment, ExerciseResult, SubmissionResult, TestResult
from .runner.messages import Facts, RunnerReady, TaskDone, TestOutcome
from .scoring import SLOW_CRITERION, NoTestsError, TestSpec, max_units, points
from .submissions import Contents
from .version import VERSION


class Marking:
    """What every result of a run has in common: exercises, tests and what they are worth."""

    def __init__(
        self,
        course: Course,
        exercises: tuple[Exercise, ...],
        skipped_criteria: tuple[str, ...],
        ready: RunnerReady,
        seed: int,
    ) -> None:
        self._course = course
        self._exercises = exercises
        self._skipped_criteria = skipped_criteria
        self._ready = ready
        self._seed = seed
        self._tests = self._worth()
        self.faults: list[str] = []

    def expected_cost(self, exercise_id: str) -> float:
        """In tests; one that trains a network counts for many."""
        return sum(100 if test.criterion == SLOW_CRITERION else 1 for test, _units in self._tests[exercise_id])

    def result(self, name: str, contents: Contents, done: Mapping[str, TaskDone]) -> SubmissionResult:
        """A submission's result, from what has become of its exercises."""
        scored = [self._exercise(e.id, name, done[e.id]) for e in self._exercises]
        sources = contents.notebook_sources()
        return SubmissionResult(
            submission=name,
            course=self._course.title,
            status="graded" if contents.readable else "unreadable",
            score=points(sum(earned for _result, earned, _most in scored)),
            max_score=points(sum(most for _result, _earned, most in scored)),
            duration_s=round(sum(test.duration_s for exercise, _, _ in scored for test in exercise.tests), 3),
            environment=self._environment([task.facts or self._ready.facts for task in done.values()]),
            notes=contents.notes,
            exercises=[named_by_cell(exercise, sources) for exercise, _earned, _most in scored],
        )

    def _worth(self) -> dict[str, list[tuple[TestSpec, int]]]:
        tests: dict[str, list[tuple[TestSpec, int]]] = {}
        for exercise in self._exercises:
            specs = [test for test in self._ready.tests if test.exercise == exercise.id]
            try:
                units = max_units(exercise, specs)
            except NoTestsError as error:
                raise GraderError(f"{self._course.file}: {error}") from error
            tests[exercise.id] = [
                (test, units[test.id]) for test in specs if test.criterion not in self._skipped_criteria
            ]
        return tests

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

    def _exercise(self, exercise_id: str, name: str, done: TaskDone) -> tuple[ExerciseResult, int, int]:
        tests = self._tests[exercise_id]
        outcomes = {outcome.id: outcome for outcome in done.outcomes}
        results, earned = [], 0
        for test, units in tests:
            outcome = outcomes.get(test.id) or outcomes.get("") or _not_recorded(test)
            passed = outcome.outcome == "passed"
            earned += units if passed else 0
            if outcome.fault:
                self.faults.append(f"{name}, {exercise_id}, {test.id}: {outcome.fault}")
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


def _not_recorded(test: TestSpec) -> TestOutcome:
    """A test that had to run and of which nothing was recorded has not passed."""
    message = "the grader has no record of this test; please tell your instructor"
    return TestOutcome(test.id, "error", message, 0.0, "no outcome was recorded")
