"""Tests of one function over several inputs, put together for people to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.results import TestResult


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one parametrized test; `problems` are the messages of those that failed, each one once."""

    title: str
    criterion: str
    cases: int
    passed: int
    score: float
    max_score: float
    problems: tuple[str, ...]


def grouped(tests: Sequence[TestResult]) -> list[Group]:
    """The tests by function, in their order."""
    functions: dict[str, list[TestResult]] = {}
    for test in tests:
        functions.setdefault(test.id.partition("[")[0], []).append(test)
    return [_group(cases) for cases in functions.values()]


def _group(cases: list[TestResult]) -> Group:
    first = cases[0]
    _, bracket, parameters = first.id.partition("[")
    return Group(
        title=first.title.removesuffix(f" [{parameters}") if bracket else first.title,
        criterion=first.criterion,
        cases=len(cases),
        passed=sum(case.outcome == "passed" for case in cases),
        score=sum(case.score for case in cases),
        max_score=sum(case.max_score for case in cases),
        problems=tuple(dict.fromkeys(case.message for case in cases if case.outcome != "passed" and case.message)),
    )
