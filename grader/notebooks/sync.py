"""Results of `grader grade` as grades in nbgrader's gradebook, through nbgrader's own API."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from grader.course import Course
from grader.errors import GraderError
from grader.results import SubmissionResult

from .gradebook import check_worth, save_grades, ungraded_kept
from .grades import load_result
from .steps import AUTOGRADE, SANITIZE


@dataclass
class Synced:
    """Whose results are in the gradebook now, and what the instructor should know about some."""

    names: list[str]
    without_page: list[str] = field(default_factory=list)
    """Submissions whose notebooks nbgrader could not read."""
    ignored: list[Path] = field(default_factory=list)
    """Notebooks that belong to no exercise: copies, perhaps."""


def sync_gradebook(course: Course, database: Path, results: Path) -> Synced:
    """Writes every result into the gradebook; what the results do not grade stays as it is.

    Where the notebooks lie in `submitted/` beside the gradebook, nbgrader's autograded copies are made too, so that
    formgrader and feedback show them. A submission whose notebooks nbgrader cannot read still gets its grades.
    """
    if not database.is_file():
        raise GraderError(f"{database}: there is no such gradebook; run `nbgrader generate_assignment` first")
    loaded = {path.parent.name: load_result(path) for path in sorted(results.glob("*/result.json"))}
    if not loaded:
        raise GraderError(f"{results}: there are no results here; run `grader grade … --out {results}` first")
    root, assignment = database.resolve().parent, course.assignment
    # nbgrader calls programs of its environment by name, also where that environment is not activated.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    url = f"sqlite:///{database.resolve()}"
    known = _checked_notebooks(url, database, assignment, loaded)
    synced = Synced(list(loaded))
    for name, result in loaded.items():
        submitted = root / "submitted" / name / assignment
        exercises = [exercise for exercise in result.exercises if exercise.id in known]
        with ungraded_kept(url, assignment, name, exercises):
            if submitted.is_dir():
                synced.ignored += [path for path in sorted(submitted.glob("*.ipynb")) if path.stem not in known]
                if not _autograde(root, assignment, name, results):
                    synced.without_page.append(name)
            with Gradebook(url) as gradebook:
                gradebook.update_or_create_student(name)
                gradebook.update_or_create_submission(assignment, name)
                for exercise in exercises:
                    save_grades(gradebook, assignment, name, exercise.id, exercise)
    return synced


def _checked_notebooks(url: str, database: Path, assignment: str, loaded: dict[str, SubmissionResult]) -> set[str]:
    """The assignment's notebooks; raises `GraderError` before anything is written if results do not belong to them."""
    with Gradebook(url) as gradebook:
        try:
            notebooks = {notebook.name: notebook for notebook in gradebook.find_assignment(assignment).notebooks}
        except MissingEntry:
            raise GraderError(
                f"{database}: there is no assignment '{assignment}'; run `nbgrader generate_assignment {assignment}`"
            ) from None
        for result in loaded.values():
            for exercise in result.exercises:
                if exercise.id in notebooks:
                    check_worth(notebooks[exercise.id], exercise)
        return set(notebooks)


def _autograde(root: Path, assignment: str, student: str, results: Path) -> bool:
    """nbgrader's own autograding of one student with the grades that are already known; whether it succeeded."""
    path = root / "nbgrader_config.py"
    config = PyFileConfigLoader(path.name, str(root)).load_config() if path.is_file() else Config()
    config.CourseDirectory.root = str(root)
    config.SandboxedGrades.results = str(results.resolve())
    config.Autograde.sanitize_preprocessors = SANITIZE  # whatever the file says: nothing of a student's may run here
    config.Autograde.autograde_preprocessors = AUTOGRADE
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    return bool(api.autograde(assignment, student, force=True)["success"])
