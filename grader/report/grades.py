"""`grades.csv`: one line per submission, one column per exercise."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from grader.results import SubmissionResult


def grades_csv(results: Sequence[SubmissionResult]) -> str:
    """The table as CSV text; a name that a spreadsheet would take for a formula is quoted with an apostrophe."""
    exercises = [exercise.id for exercise in results[0].exercises] if results else []
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["submission", "status", "score", "max_score", *exercises])
    for result in results:
        scores = [f"{exercise.score:g}" for exercise in result.exercises]
        writer.writerow(
            [_safe(result.submission), result.status, f"{result.score:g}", f"{result.max_score:g}", *scores]
        )
    return out.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
