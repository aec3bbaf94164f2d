"""Points and feedback per graded cell, from results of the engine."""

from __future__ import annotations

import os
import textwrap
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from logging import Logger
from pathlib import Path

from pydantic import ValidationError

from grader.course import find_course, load_course
from grader.errors import GraderError
from grader.grade import ClassGrader, GradeOptions, default_jobs
from grader.report.groups import grouped
from grader.results import ExerciseResult, SubmissionResult
from grader.store import Store
from grader.submissions import HandedIn

from .build import grade_id
from .literal import literal
from .progress import LogListener

_WIDTH = 88
_GRADED: dict[tuple[str, str], SubmissionResult] = {}


@dataclass(frozen=True, slots=True)
class CellGrade:
    """What one graded cell earns, and what the student reads about it."""

    score: float
    max_score: float
    text: str


def cell_grades(exercise: ExerciseResult) -> dict[str, CellGrade]:
    """The grade of each graded cell by grade id: one cell per criterion."""
    by_criterion = defaultdict(list)
    for test in exercise.tests:
        by_criterion[test.criterion].append(test)
    grades = {}
    for criterion, tests in by_criterion.items():
        lines = [_wrapped("✓ " if t.outcome == "passed" else "✗ ", t.title, t.message) for t in tests]
        score, most = (round(sum(values), 4) for values in zip(*((t.score, t.max_score) for t in tests), strict=True))
        grades[grade_id(exercise.id, criterion)] = CellGrade(
            score, most, "\n".join(lines) + f"\n{score:g} of {most:g}\n"
        )
    return grades


def exercise_comment(exercise: ExerciseResult) -> str | None:
    """One text about the whole exercise for the student: what failed and where, each sentence once, as Markdown.

    A sentence about several tests comes first, and their names after it.
    """
    if exercise.status in ("missing", "not_started"):
        return "No response."
    groups = grouped(exercise.tests)
    failing: dict[str, list[str]] = defaultdict(list)
    for group in groups:
        for problem in group.problems:
            failing[" ".join(problem.split())].append(group.title)
    everywhere = [problem for problem, titles in failing.items() if len(titles) == len(groups)]
    lines = [_wrapped("- ", problem) for problem in everywhere]
    for problem, titles in failing.items():
        if len(titles) == 1 and problem not in everywhere:
            lines.append(_wrapped("- ", titles[0], problem))
        elif problem not in everywhere:
            lines += [_wrapped("- ", problem), *(_wrapped("  - ", title) for title in titles)]
    return literal("\n".join(lines)) if lines else None


def _wrapped(mark: str, *parts: str) -> str:
    """Parts joined by colons, in lines that fit nbgrader's pages: these cut longer ones off, or break them in words."""
    text = ": ".join(filter(None, parts))
    rest = " " * len(mark)
    return textwrap.fill(
        text, _WIDTH, initial_indent=mark, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def result_of(
    student: str, submitted: Mapping[str, Path], out: Path, results: Path | None, log: Logger
) -> SubmissionResult:
    """A student's result: from `results` if given, else graded now, with everybody's in this run of nbgrader."""
    if results is not None:
        return load_result(results / student / "result.json")
    key = (str(out), student)
    if key not in _GRADED:
        named = os.environ.get("GRADER_COURSE")  # set by nbgrader_config.py
        course = load_course(find_course(Path(named) if named else None))
        out.mkdir(parents=True, exist_ok=True)
        handed_in = [HandedIn(name, path.resolve()) for name, path in sorted(submitted.items())]
        with Store(out) as store:
            grader = ClassGrader(course, GradeOptions(jobs=default_jobs()), store, LogListener(log))
            for result in grader.grade(handed_in):
                _GRADED[str(out), result.submission] = result
        if grader.faults:
            raise GraderError(f"{len(grader.faults)} tests could not be run through no fault of a student's")
    return _GRADED[key]


def load_result(path: Path) -> SubmissionResult:
    """A result.json; raises `GraderError`."""
    try:
        return SubmissionResult.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError, ValueError) as error:
        raise GraderError(f"{path}: there is no result to take; grade the submissions first") from error
