"""Proof that the suites grade well: the reference passes, stubs earn nothing, wrong modules lose, right ones do not."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel

from .bank import Case, read_bank, solution_files
from .course import Course
from .mutants import Mutant, mutants
from .release import stub_drift
from .runner.messages import RunSettings, Task, TaskDone, TestOutcome
from .runner.pool import RunnerPool
from .scoring import SLOW_CRITERION, TestSpec
from .scratch import scratch_folder


class CaseReport(BaseModel):
    """What became of one case: `failed` counts failed tests by criterion, `equivalent` excuses a mutant's survival."""

    name: str
    kind: str
    exercise: str
    criterion: str = ""
    equivalent: str = ""
    ok: bool
    problem: str = ""
    failed: dict[str, int] = {}
    messages: list[str] = []


class SlowTest(BaseModel):
    """One of the slowest tests on the reference."""

    exercise: str
    id: str
    duration_s: float


class ValidationReport(BaseModel):
    """The whole of `grader validate`."""

    ok: bool
    seed: int
    isolation: str
    device: str
    dataset: str
    drift: list[str]
    cases: list[CaseReport]
    slowest: list[SlowTest]

    def count(self, exercise: str, kind: str) -> tuple[int, int]:
        """How many cases of a kind there are, and how many did as they should."""
        cases = [case for case in self.cases if case.exercise == exercise and case.kind == kind]
        return len(cases), sum(case.ok for case in cases)


@dataclass(slots=True)
class _Plan:
    """A task and how its outcome is to be read."""

    task: Task
    kind: str
    name: str
    criterion: str = ""
    equivalent: str = ""
    done: TaskDone | None = field(default=None)


def validate(
    course: Course,
    exercises: tuple[str, ...],
    jobs: int,
    *,
    skipped_criteria: tuple[str, ...] = (),
    device: str = "auto",
    dataset: str = "auto",
    seed: int | None = None,
    with_mutants: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ValidationReport:
    """Runs everything and reports; `progress` hears how many of how many tasks are done."""
    chosen = exercises or tuple(exercise.id for exercise in course.exercises)
    run_seed = secrets.randbits(48) if seed is None else seed
    plans = list(_plans(course, chosen, skipped_criteria))
    if with_mutants:
        found = mutants(course, chosen)
        plans += [_mutant_plan(course, mutant, number) for number, mutant in enumerate(found, len(plans))]
    with scratch_folder() as scratch:
        settings = RunSettings(
            str(course.file),
            chosen,
            skipped_criteria,
            device,
            dataset,
            run_seed,
            trust_submissions=True,
            scratch_root=scratch,
        )
        pool = RunnerPool(settings, jobs)
        try:
            ready = pool.start()
            for count, done in enumerate(pool.run([plan.task for plan in plans]), 1):
                plans[done.number].done = done
                progress(count, len(plans))
        finally:
            pool.close()
    specs = {(test.exercise, test.id): test for test in ready.tests}
    cases = [_report(plan, specs) for plan in plans]
    drift = stub_drift(course, chosen)
    ok = not drift and all(case.ok for case in cases)
    return ValidationReport(
        ok=ok,
        seed=run_seed,
        isolation=ready.facts.isolation,
        device=ready.facts.device,
        dataset=ready.facts.dataset,
        drift=drift,
        cases=cases,
        slowest=_slowest(plans),
    )


def _plans(course: Course, exercises: tuple[str, ...], skipped: tuple[str, ...]) -> Iterator[_Plan]:
    solutions = solution_files(course)
    number = 0
    for exercise in exercises:
        yield _Plan(Task(number, "reference", exercise, solutions, "", skipped), "reference", f"{exercise}/reference")
        number += 1
        # One comment more, so that the stub is run and not recognised.
        stub = course.stub(exercise).read_bytes() + b"\n# untouched\n" if course.stub(exercise).is_file() else b""
        files = {**solutions, f"{exercise}.py": stub}
        yield _Plan(Task(number, "stub", exercise, files, "", skipped), "stub", f"{exercise}/stub")
        number += 1
    for case in read_bank(course, exercises):
        if case.criterion in skipped:
            continue
        yield _Plan(_bank_task(number, course, case, skipped), case.kind, case.name, case.criterion)
        number += 1


def _bank_task(number: int, course: Course, case: Case, skipped: tuple[str, ...]) -> Task:
    # A wrong module is trained only if that is what has to catch it.
    if case.kind == "wrong" and case.criterion != SLOW_CRITERION:
        skipped = tuple({*skipped, SLOW_CRITERION})
    return Task(number, case.name, case.exercise, case.files(course), "", skipped)


def _mutant_plan(course: Course, mutant: Mutant, number: int) -> _Plan:
    files = {**solution_files(course), f"{mutant.exercise}.py": mutant.source.encode()}
    task = Task(number, mutant.name, mutant.exercise, files, "", (SLOW_CRITERION,))
    return _Plan(task, "mutant", mutant.name, equivalent=mutant.equivalent)


def _report(plan: _Plan, specs: dict[tuple[str, str], TestSpec]) -> CaseReport:
    assert plan.done is not None
    exercise = plan.task.exercise
    outcomes = [outcome for outcome in plan.done.outcomes if outcome.outcome != "passed"]
    failed: dict[str, int] = {}
    for outcome in outcomes:
        spec = specs.get((exercise, outcome.id))
        criterion = spec.criterion if spec else "?"
        failed[criterion] = failed.get(criterion, 0) + 1
    problem = _problem(plan, failed, outcomes)
    messages = [f"{outcome.id}: {outcome.message or outcome.fault}" for outcome in outcomes]
    return CaseReport(
        name=plan.name,
        kind=plan.kind,
        exercise=exercise,
        criterion=plan.criterion,
        equivalent=plan.equivalent,
        ok=not problem,
        problem=problem,
        failed=failed,
        messages=messages,
    )


def _problem(plan: _Plan, failed: dict[str, int], outcomes: list[TestOutcome]) -> str:
    assert plan.done is not None
    fault = next((outcome.fault for outcome in outcomes if outcome.fault), "")
    if fault:
        return f"a suite or the grader is at fault: {fault.strip().splitlines()[-1]}"
    if plan.kind in ("reference", "right"):
        return f"loses points: {outcomes[0].id}: {outcomes[0].message}" if outcomes else ""
    if plan.kind == "stub":
        passed = [outcome.id for outcome in plan.done.outcomes if outcome.outcome == "passed"]
        return f"the untouched stub passes {', '.join(passed)}" if passed else ""
    if not failed:
        return "" if plan.equivalent else "passes every test"
    if plan.kind == "mutant":
        return f"is caught, and listed as equivalent: {plan.equivalent}" if plan.equivalent else ""
    return "" if plan.criterion in failed else f"loses nothing in '{plan.criterion}', only in {', '.join(failed)}"


def _slowest(plans: list[_Plan]) -> list[SlowTest]:
    tests = [
        SlowTest(exercise=plan.task.exercise, id=outcome.id, duration_s=outcome.duration_s)
        for plan in plans
        if plan.kind == "reference" and plan.done is not None
        for outcome in plan.done.outcomes
    ]
    return sorted(tests, key=lambda test: -test.duration_s)[:10]
