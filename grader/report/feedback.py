"""The feedback that a student reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from grader.course import Course
from grader.results import HINT, SubmissionResult, TestResult

from .groups import Group, grouped

DATASET_TEXT = {
    "fashion-mnist": "Fashion-MNIST",
    "builtin": "a small built-in set of drawn garments (not Fashion-MNIST, which was not used here)",
}
MAX_PROBLEMS = 4
_NUMBER = re.compile(r"\d+")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~@]|:(?=//)|(?<=www)\.)")


def feedback_markdown(course: Course, result: SubmissionResult, pictures: Mapping[str, Sequence[str]]) -> str:
    """`feedback.md`: what passed, what failed and why, points; nothing that the suites keep hidden.

    `pictures` names the picture files that belong to each exercise.
    """
    template = _templates().get_template("feedback.md.j2")
    titles = {exercise.id: exercise.title for exercise in course.exercises}
    uses_data = any(test.criterion == "accuracy" for exercise in result.exercises for test in exercise.tests)
    dataset = DATASET_TEXT.get(result.environment.dataset) if uses_data else None
    return template.render(course=course, result=result, titles=titles, dataset=dataset, pictures=pictures)


def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["points"] = lambda value: f"{value:.2f}".rstrip("0").rstrip(".")
    environment.filters["text"] = _text
    environment.filters["grouped"] = grouped
    environment.filters["failures"] = failures
    return environment


def failures(tests: Sequence[TestResult]) -> list[tuple[Group, list[str]]]:
    """The tests of an exercise that failed, by function, and what went wrong in each.

    Where that is the same as before, numbers aside, it is not told at length again: a plain mistake fails many tests,
    and the hint of each is about what this test is for.
    """
    told: set[str] = set()
    found = []
    for group in grouped(tests):
        if group.passed < group.cases:
            kinds = {_NUMBER.sub("#", problem.partition(HINT)[0]) for problem in group.problems}
            repeated = bool(kinds) and kinds <= told
            told |= kinds
            again = [f"as above: {group.problems[0].partition(HINT)[0]}"] if repeated else problem_lines(group)
            found.append((group, again))
    return found


def problem_lines(group: Group) -> list[str]:
    """What went wrong in a group of cases: the first few messages, and once the hint that all of them end with."""
    parts = [problem.partition(HINT) for problem in group.problems]
    hints = {hint for _, _, hint in parts}
    shared = len(parts) > 1 and len(hints) == 1
    lines = [problem for problem, _, _ in parts] if shared else list(group.problems)
    more = len(lines) - MAX_PROBLEMS
    lines[MAX_PROBLEMS:] = [f"… and {more} more like these"] if more > 0 else []
    return [*lines, *(f"{HINT.strip()} {hint}" for hint in hints if shared and hint)]


def _text(value: str) -> str:
    """Text from outside as plain text on one line: student code must not write markup into the feedback."""
    return _MARKDOWN.sub(r"\\\1", " ".join(value.split()))
