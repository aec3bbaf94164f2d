"""A submitted notebook as nbgrader may store and show it: the course's cells, and the student's as plain text.

nbgrader's pages (formgrader, feedback) render Markdown and raw cells with the HTML and the scripts in them, and these
could change grades with the rights of whoever reads them. So a submission's cells are made anew of their text alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, Notebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from .literal import literal


class CourseCells(NbGraderPreprocessor):
    """Marks the course's cells as the gradebook has them, and no others; keeps the text of cells and nothing else.

    Of copies of a cell the last one is the course's, as in nbgrader's `DeduplicateIds`.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Comes first of the sanitizing steps."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            marks = course_marks(gradebook.find_notebook(about["notebook"], about["assignment"]))
        texts = _course_texts(self.parent.parent.coursedir, about["assignment"], about["notebook"])
        return plain_notebook(nb, marks, texts), resources


def plain_notebook(nb: NotebookNode, marks: dict[str, dict[str, Any]], texts: Iterable[NotebookNode]) -> NotebookNode:
    """The notebook with the given metadata of nbgrader's by grade id; `texts` are text cells that may stay as such."""
    known = {_source(cell).strip(): cell for cell in texts}
    waiting = dict(marks)
    cells = []
    for cell in reversed(nb.cells):
        grading = cell.get("metadata", {}).get("nbgrader")
        name = grading.get("grade_id") if isinstance(grading, dict) else None
        mark = waiting.pop(name, None) if isinstance(name, str) else None
        cells.append(_plain_cell(cell, mark, known))
    for number, cell in enumerate(reversed(cells)):
        cell["id"] = f"cell-{number}"
    plain: NotebookNode = nbformat.v4.new_notebook(cells=cells[::-1])
    plain.metadata["language_info"] = {"name": "python"}
    return plain


def course_marks(notebook: Notebook) -> dict[str, dict[str, Any]]:
    """nbgrader's metadata of a notebook's cells by grade id, from the gradebook."""
    points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    graded = {cell.name for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    marks = {}
    for cell in notebook.source_cells:
        name = cell.name
        mark = {"schema_version": 3, "grade_id": name, "locked": cell.locked, "cell_type": cell.cell_type}
        mark |= {"grade": name in graded, "solution": name in solutions, "task": name in tasks}
        marks[name] = {**mark, "points": points[name]} if name in points else mark
    return marks


def _plain_cell(cell: NotebookNode, mark: dict[str, Any] | None, known: dict[str, NotebookNode]) -> NotebookNode:
    text = _source(cell)
    plain: NotebookNode
    if (mark["cell_type"] if mark is not None else cell.get("cell_type")) == "code":
        plain = new_code_cell(text)
    elif mark is not None and mark["locked"]:
        plain = new_markdown_cell(text)  # `OverwriteCells` puts the course's text there
    elif text.strip() in known:
        course_s = known[text.strip()]
        plain = new_markdown_cell(course_s.source)
        if "attachments" in course_s:
            plain["attachments"] = course_s.attachments
    else:
        plain = new_markdown_cell(literal(text))
    if mark is not None:
        plain.metadata["nbgrader"] = dict(mark)
    return plain


def _source(cell: NotebookNode) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else ""


def _course_texts(coursedir: CourseDirectory, assignment: str, notebook: str) -> list[NotebookNode]:
    """Text cells of the notebook as it was released, and as it was written."""
    cells: list[NotebookNode] = []
    for kind in (coursedir.source_directory, coursedir.release_directory):
        path = Path(coursedir.format_path(kind, ".", assignment)) / f"{notebook}.ipynb"
        if path.is_file():
            cells += nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "markdown"]
