"""Proof that the suites grade well: the reference passes, stubs earn nothing, wrong modules lose, right ones do not."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

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
    """What became of one case with every seed: `failed` counts failed tests by criterion with the first.

    `equivalent` excuses a mutant's survival.
    """

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
    seeds: int
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
    says: str = ""
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
    seeds: int = 1,
    with_mutants: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ValidationReport:
    """Runs everything with this seed and those that follow; `progress` hears how many of how many tasks are done.

    With the first seed, every test of wrong modules is run; with the others, up to the first that catches them.
    """
    chosen = exercises or tuple(exercise.id for exercise in course.exercises)
    run_seed = secrets.randbits(48) if seed is None else seed
    plans = list(_plans(course, chosen, skipped_criteria))
    if with_mutants:
        plans += [_mutant_plan(course, mutant) for mutant in mutants(course, chosen)]
    plans += [again for later in range(run_seed + 1, run_seed + seeds) for again in _again(course, plans, later)]
    tasks = [replace(plan.task, number=number) for number, plan in enumerate(plans)]
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
            for count, done in enumerate(pool.run(tasks), 1):
                plans[done.number].done = done
                progress(count, len(plans))
        finally:
            pool.close()
    specs = {(test.exercise, test.id): test for test in ready.tests}
    cases = _reports(plans, specs, seeds)
    drift = stub_drift(course, chosen)
    ok = not drift and all(case.ok for case in cases)
    return ValidationReport(
        ok=ok,
        seed=run_seed,
        seeds=seeds,
        isolation=ready.facts.isolation,
        device=ready.facts.device,
        dataset=ready.facts.dataset,
        drift=drift,
        cases=cases,
        slowest=_slowest(plans),
    )


def _plans(course: Course, exercises: tuple[str, ...], skipped: tuple[str, ...]) -> Iterator[_Plan]:
    solutions = solution_files(course)
    for exercise in exercises:
        yield _Plan(Task(0, "reference", exercise, solutions, "", skipped), "reference", f"{exercise}/reference")
        # One comment more, so that the stub is run and not recognised.
        stub = course.stub(exercise).read_bytes() + b"\n# untouched\n" if course.stub(exercise).is_file() else b""
        files = {**solutions, f"{exercise}.py": stub}
        yield _Plan(Task(0, "stub", exercise, files, "", skipped), "stub", f"{exercise}/stub")
    for case in read_bank(course, exercises):
        if case.criterion not in skipped:
            yield _Plan(_bank_task(course, case, skipped), case.kind, case.name, case.criterion, says=case.says)


def _bank_task(course: Course, case: Case, skipped: tuple[str, ...]) -> Task:
    # A wrong module is trained only if that is what has to catch it.
    if case.kind == "wrong" and case.criterion != SLOW_CRITERION:
        skipped = tuple({*skipped, SLOW_CRITERION})
    return Task(0, case.name, case.exercise, case.files(course), "", skipped)


def _mutant_plan(course: Course, mutant: Mutant) -> _Plan:
    files = {**solution_files(course), f"{mutant.exercise}.py": mutant.source.encode()}
    task = Task(0, mutant.name, mutant.exercise, files, "", (SLOW_CRITERION,), enough=tuple(course.criteria))
    return _Plan(task, "mutant", mutant.name, equivalent=mutant.equivalent)


def _again(course: Course, plans: list[_Plan], seed: int) -> Iterator[_Plan]:
    """The same cases with another seed; a wrong module's tests end with the first that has to catch it and does.

    Other criteria's tests are left out, unless they notice forbidden operations for those that have to catch them.
    """
    for plan in plans:
        task = replace(plan.task, seed=seed)
        if plan.kind == "wrong":
            others = tuple(criterion for criterion in course.criteria if criterion != plan.criterion)
            notice = course.exercise(task.exercise).forbidden
            task = replace(task, skipped_criteria=task.skipped_criteria if notice else others, enough=(plan.criterion,))
        yield replace(plan, task=task)


def _reports(plans: list[_Plan], specs: dict[tuple[str, str], TestSpec], seeds: int) -> list[CaseReport]:
    """One report for each case: that with the first seed, unless another seed shows a problem that this one hides."""
    reports = [_report(plan, specs) for plan in plans]
    cases = reports[: len(reports) // seeds]
    for number, (plan, report) in enumerate(zip(plans, reports, strict=True)):
        first = cases[number % len(cases)]
        if first.ok and not report.ok:
            first.ok, first.problem = False, f"with seed {plan.task.seed}: {report.problem}"
    return cases


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
    if plan.criterion not in failed:
        return f"loses nothing in '{plan.criterion}', only in {', '.join(failed)}"
    # Where criteria are left out, another test may be the first to fail.
    whole = set(plan.task.skipped_criteria) <= {SLOW_CRITERION}
    silent = whole and plan.says not in outcomes[0].message
    return f"the first message does not say '{plan.says}': {outcomes[0].message}" if silent else ""


def _slowest(plans: list[_Plan]) -> list[SlowTest]:
    tests = [
        SlowTest(exercise=plan.task.exercise, id=outcome.id, duration_s=outcome.duration_s)
        for plan in plans
        if plan.kind == "reference" and plan.task.seed is None and plan.done is not None
        for outcome in plan.done.outcomes
    ]
    return sorted(tests, key=lambda test: -test.duration_s)[:10]
