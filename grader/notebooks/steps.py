"""What nbgrader's `autograde` does to a submission in this course, step by step, as `nbgrader_config.py` names it."""

from __future__ import annotations

SANITIZE = [
    "grader.notebooks.sanitize.CourseCells",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
"""Leaves nothing in a submitted notebook that could run in the browser of somebody who reads it."""

AUTOGRADE = [
    "grader.notebooks.preprocess.SandboxedGrades",
    "nbgrader.preprocessors.LimitOutput",
    "grader.notebooks.preprocess.SaveEveryGrade",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
"""Graded cells are filled in by the course's grader, in its sandbox; no code of a submission runs in a kernel."""
