"""The feedback that a student reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from grader.course import Course
from grader.results import SubmissionResult

from .groups import grouped

DATASET_TEXT = {
    "fashion-mnist": "Fashion-MNIST",
    "builtin": "a small built-in set of drawn garments (not Fashion-MNIST, which was not used here)",
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


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
    return environment


def _text(value: str) -> str:
    """Text from outside as plain text on one line: student code must not write markup into the feedback."""
    return _MARKDOWN.sub(r"\\\1", " ".join(value.split()))
