"""nbgrader's autograding without a kernel: graded cells get their points from this project's engine.

`SandboxedGrades` takes the place of nbgrader's `Execute`. No code of a submission runs in nbgrader's process or in a
kernel of its own; the engine reads the notebook as data and runs its definitions in the sandbox.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from grader.results import ExerciseResult

from .grades import CellGrade, cell_grades, exercise_comment, result_of


class PlainDuplicates(NbGraderPreprocessor):
    """Takes nbgrader's metadata from copies of a cell, the last one excepted.

    nbgrader's `DeduplicateIds` leaves them empty, and then takes the notebook for one of an old version.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Comes first of the sanitizing steps."""
        seen = set()
        for cell in reversed(nb.cells):
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in seen:
                del cell.metadata["nbgrader"]
            elif name is not None:
                seen.add(name)
        return nb, resources


class SandboxedGrades(NbGraderPreprocessor):
    """Writes points and feedback into the outputs of graded cells."""

    results = Unicode("", help="Results of `grader grade` to take instead of grading now.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Fills in the graded cells of one student's notebook."""
        exercise = _exercise(self, resources)
        grades = cell_grades(exercise) if exercise is not None else {}
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = []
                cell.execution_count = None
            if utils.is_grade(cell) and cell.cell_type == "code":
                name = cell.metadata.nbgrader.get("grade_id", "")
                cell.outputs = _outputs(grades.get(name), float(cell.metadata.nbgrader["points"]))
        return nb, resources


class SaveEveryGrade(NbGraderPreprocessor):
    """Writes the notebook's grades into the gradebook by grade id, whatever became of the cells, and the comments."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Comes after nbgrader's `SaveAutoGrades`."""
        exercise = _exercise(self, resources)
        if exercise is not None:
            about = resources["nbgrader"]
            with Gradebook(about["db_url"]) as gradebook:
                save_grades(gradebook, about["assignment"], about["student"], about["notebook"], exercise)
        return nb, resources


def save_grades(gradebook: Gradebook, assignment: str, student: str, notebook: str, exercise: ExerciseResult) -> None:
    """Writes points of every graded cell, and the comment of the last solution cell, of one notebook."""
    grades = cell_grades(exercise)
    submitted = gradebook.find_submission_notebook(notebook, assignment, student)
    for grade in submitted.grades:
        found = grades.get(grade.name)
        grade.auto_score = found.score if found is not None else 0.0
        grade.needs_manual_grade = grade.manual_score is not None
    comments = list(submitted.comments)
    if comments:
        comments[-1].auto_comment = exercise_comment(exercise)
    gradebook.db.commit()


def _exercise(preprocessor: Any, resources: ResourcesDict) -> ExerciseResult | None:
    converter = preprocessor.parent.parent
    about = resources["nbgrader"]
    coursedir = converter.coursedir
    submitted = {
        Path(path).parent.name if Path(path).name == about["assignment"] else Path(path).name: Path(path)
        for path in converter.assignments
    }
    results = preprocessor.config.get("SandboxedGrades", {}).get("results", "")
    out = Path(coursedir.root) / ".grader-results" / about["assignment"]
    result = result_of(about["student"], submitted, out, Path(results) if results else None)
    return next((e for e in result.exercises if e.id == about["notebook"]), None)


def _outputs(grade: CellGrade | None, worth: float) -> list[NotebookNode]:
    if grade is None:
        text, score = "no result of this cell: the notebook belongs to no exercise of the course\n", 0.0
    else:
        text, score = grade.text, min(grade.score, worth)
    data = {"text/plain": repr(score)}
    return [
        new_output("stream", name="stdout", text=text),
        new_output("execute_result", data=data, execution_count=None),
    ]
