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
from nbgrader.api import Comment, Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from grader.results import ExerciseResult

from .gradebook import save_grades
from .grades import CellGrade, cell_grades, result_of


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
    """Writes the notebook's grades into the gradebook by grade id, whatever became of the cells, and the comments.

    Takes the place of nbgrader's `SaveAutoGrades`.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Leaves a notebook's grades as they are where the results say nothing about it."""
        exercise = _exercise(self, resources)
        if exercise is not None:
            about = resources["nbgrader"]
            with Gradebook(about["db_url"]) as gradebook:
                save_grades(gradebook, about["assignment"], about["student"], about["notebook"], exercise)
                submitted = gradebook.find_submission_notebook(about["notebook"], about["assignment"], about["student"])
                _mark_unanswered(nb, submitted.comments[:-1])
                gradebook.db.commit()
        return nb, resources


def _mark_unanswered(nb: NotebookNode, comments: list[Comment]) -> None:
    """Says at solution cells that they are as they were handed out."""
    answers = {cell.metadata.nbgrader["grade_id"]: cell for cell in nb.cells if utils.is_solution(cell)}
    for comment in comments:
        cell = answers.get(comment.name)
        same = cell is not None and cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
        comment.auto_comment = "No response." if same else None


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
    result = result_of(about["student"], submitted, out, Path(results) if results else None, preprocessor.log)
    return next((e for e in result.exercises if e.id == about["notebook"]), None)


def _outputs(grade: CellGrade | None, worth: float) -> list[NotebookNode]:
    if grade is None:
        return [new_output("stream", name="stdout", text="not graded here; the gradebook has the points, if any\n")]
    data = {"text/plain": repr(min(grade.score, worth))}
    return [
        new_output("stream", name="stdout", text=grade.text),
        new_output("execute_result", data=data, execution_count=None),
    ]
