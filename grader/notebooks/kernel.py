"""What a graded cell calls when nbgrader executes notebooks in a kernel: the engine grades outside of it.

The points are right, but they pass through a process that runs student code, which can forge them. `nbgrader_config.py`
as `grader notebooks` writes it does not use this; see docs/nbgrader.md.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from .build import grade_id
from .grades import CellGrade, cell_grades, load_result

_GRADES: dict[str, dict[str, CellGrade]] = {}


def earned_points(exercise: str, criterion: str) -> float:
    """The points for a criterion; grades the notebook in this folder at the first call, and prints the feedback."""
    if exercise not in _GRADES:
        _GRADES[exercise] = _grade(exercise, _submission(Path.cwd()))
    grade = _GRADES[exercise][grade_id(exercise, criterion)]
    print(grade.text)
    return grade.score


def _grade(exercise: str, submission: Path) -> dict[str, CellGrade]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "grader", "grade", str(submission), "--exercise", exercise, "--out", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        results = list(Path(folder).glob("*/result.json"))
        if done.returncode or len(results) != 1:
            raise RuntimeError(f"the grader could not grade {submission}: {done.stderr.strip()[-500:]}")
        return cell_grades(load_result(results[0]).exercises[0])


def _submission(here: Path) -> Path:
    """The folder as it was handed in, if nbgrader is working on its copy: that one may lack the other notebooks yet."""
    handed_in = here.parents[2] / "submitted" / here.parent.name / here.name if len(here.parents) > 2 else here
    return handed_in if here.parents[1].name == "autograded" and handed_in.is_dir() else here
