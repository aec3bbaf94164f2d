"""Grades of the engine in nbgrader's gradebook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.api import Gradebook, MissingEntry, Notebook

from grader.errors import GraderError
from grader.results import ExerciseResult

from .grades import cell_grades, exercise_comment


def save_grades(gradebook: Gradebook, assignment: str, student: str, notebook: str, exercise: ExerciseResult) -> None:
    """Writes points of the graded cells, and the comment of the last solution cell, of one notebook.

    Cells of criteria that were not graded keep what they have.
    """
    check_worth(gradebook.find_notebook(notebook, assignment), exercise)
    grades = cell_grades(exercise)
    submitted = gradebook.find_submission_notebook(notebook, assignment, student)
    for grade in submitted.grades:
        if grade.name in grades:
            grade.auto_score = grades[grade.name].score
            grade.needs_manual_grade = grade.manual_score is not None
    comments = list(submitted.comments)
    if comments:
        comments[-1].auto_comment = exercise_comment(exercise)
    gradebook.db.commit()


def check_worth(notebook: Notebook, exercise: ExerciseResult) -> None:
    """Raises `GraderError` if the result counts other points than the gradebook: one of them is older."""
    worth = {cell.name: cell.max_score for cell in notebook.grade_cells}
    for name, grade in cell_grades(exercise).items():
        there = worth.get(name)
        if there is None or abs(there - grade.max_score) > 1e-6:
            counted = "is not in the gradebook" if there is None else f"is worth {there:g} in the gradebook"
            raise GraderError(
                f"{name} {counted} and {grade.max_score:g} in the result: the course has changed since. Write the "
                'notebooks again (docs/nbgrader.md, "After a change of the course") and grade again'
            )


@contextmanager
def ungraded_kept(gradebook_url: str, assignment: str, student: str, exercises: list[ExerciseResult]) -> Iterator[None]:
    """Brings back at the end what the student had for cells that these results do not grade.

    nbgrader's `autograde` sets the scores of notebooks that were not handed in to 0.
    """
    graded = {(exercise.id, name) for exercise in exercises for name in cell_grades(exercise)}
    named = {exercise.id for exercise in exercises}
    scores: dict[tuple[str, str], tuple[float | None, bool]] = {}
    comments: dict[tuple[str, str], str | None] = {}
    with Gradebook(gradebook_url) as gradebook:
        try:
            for notebook in gradebook.find_submission(assignment, student).notebooks:
                scores |= {(notebook.name, g.name): (g.auto_score, g.needs_manual_grade) for g in notebook.grades}
                comments |= {(notebook.name, c.name): c.auto_comment for c in notebook.comments}
        except MissingEntry:
            pass
    try:
        yield
    finally:
        with Gradebook(gradebook_url) as gradebook:
            gradebook.update_or_create_student(student)
            for notebook in gradebook.update_or_create_submission(assignment, student).notebooks:
                for grade in notebook.grades:
                    if (notebook.name, grade.name) not in graded:
                        kept = scores.get((notebook.name, grade.name), (None, False))
                        grade.auto_score, grade.needs_manual_grade = kept
                for comment in notebook.comments:
                    if notebook.name not in named:
                        comment.auto_comment = comments.get((notebook.name, comment.name))
            gradebook.db.commit()
