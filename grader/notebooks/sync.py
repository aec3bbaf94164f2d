"""Results of `grader grade` as grades in nbgrader's gradebook, through nbgrader's own API."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from grader.course import Course
from grader.errors import GraderError

from .grades import load_result
from .preprocess import save_grades


def sync_gradebook(course: Course, database: Path, results: Path) -> list[str]:
    """Writes every result into the gradebook; the names of the submissions.

    Where the notebooks lie in `submitted/` beside the gradebook, nbgrader's autograded copies are made too, so that
    formgrader and feedback show them. A submission whose notebooks nbgrader cannot read still gets its grades.
    """
    if not database.is_file():
        raise GraderError(f"{database}: there is no such gradebook; run `nbgrader generate_assignment` first")
    names = sorted(path.parent.name for path in results.glob("*/result.json"))
    if not names:
        raise GraderError(f"{results}: there are no results here; run `grader grade … --out {results}` first")
    root, assignment = database.resolve().parent, course.assignment
    # nbgrader calls programs of its environment by name, also where that environment is not activated.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    url = f"sqlite:///{database.resolve()}"
    with Gradebook(url) as gradebook:
        try:
            known = {notebook.name for notebook in gradebook.find_assignment(assignment).notebooks}
        except MissingEntry:
            raise GraderError(
                f"{database}: there is no assignment '{assignment}'; run `nbgrader generate_assignment {assignment}`"
            ) from None
    for name in names:
        result = load_result(results / name / "result.json")
        if (root / "submitted" / name / assignment).is_dir():
            _autograde(root, assignment, name, results)
        with Gradebook(url) as gradebook:
            gradebook.update_or_create_student(name)
            gradebook.update_or_create_submission(assignment, name)
            for exercise in result.exercises:
                if exercise.id in known:
                    save_grades(gradebook, assignment, name, exercise.id, exercise)
    return names


def _autograde(root: Path, assignment: str, student: str, results: Path) -> None:
    """nbgrader's own autograding of one student with the grades that are already known."""
    path = root / "nbgrader_config.py"
    config = PyFileConfigLoader(path.name, str(root)).load_config() if path.is_file() else Config()
    config.CourseDirectory.root = str(root)
    config.SandboxedGrades.results = str(results.resolve())
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    api.autograde(assignment, student, force=True)
