"""CPU seconds per completed notebook: this grader, and nbgrader running the same hidden tests in a kernel."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from rich.table import Table

from grader.course import Course, find_course, load_course

from .cost_per_submission import cpu_s

EXERCISE = "corr2d"
FEW, MANY, MANY_IN_NBGRADER = 1, 25, 4


@dataclass
class NotebookFigure:
    """Medians of CPU seconds per notebook: slopes between a small and a larger class."""

    exercise: str
    grader_cpu_s: float
    nbgrader_cpu_s: float

    @property
    def ratio(self) -> float:
        """How many times cheaper a notebook is in the grader."""
        return self.nbgrader_cpu_s / self.grader_cpu_s


def measure_notebooks(rounds: int) -> list[NotebookFigure]:
    """The reference as a notebook, graded in both ways, interleaved."""
    course = load_course(find_course(None))
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic
    ours, theirs = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            _write_assignment(course, Path(folder))
            few, many = (_grader(course, Path(folder), count) for count in (FEW, MANY))
            ours.append((many - few) / (MANY - FEW))
            few, many = (_nbgrader(Path(folder), count) for count in (FEW, MANY_IN_NBGRADER))
            theirs.append((many - few) / (MANY_IN_NBGRADER - FEW))
    return [NotebookFigure(EXERCISE, statistics.median(ours), statistics.median(theirs))]


def _write_assignment(course: Course, folder: Path) -> None:
    """An assignment whose graded cell runs the hidden suite in the kernel, and completed copies of it."""
    solution = course.solution(EXERCISE).read_text(encoding="utf-8")
    check = "import os, sys, pytest\n"
    check += f"sys.path.insert(0, {str(Path(__file__).resolve().parent.parent)!r})\n"
    check += 'os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"\n'
    options = ["-q", "-p", "benchmarks.plain", "-p", "no:cacheprovider", "-c", "/dev/null", "--import-mode=importlib"]
    options += ["--rootdir", str(course.suites_dir), "--submission", str(folder / "module"), "--course"]
    options += [str(course.file), *map(str, course.suites(EXERCISE))]
    check += f"assert pytest.main({options!r}) == 0"
    cells = [new_code_cell(solution, id="solution"), new_code_cell(check, id="check")]
    marks = {"schema_version": 3, "locked": False, "solution": True, "grade": False, "task": False}
    cells[0].metadata["nbgrader"] = {**marks, "grade_id": "solution"}
    cells[1].metadata["nbgrader"] = {
        **marks,
        "grade_id": "check",
        "locked": True,
        "solution": False,
        "grade": True,
        "points": 1,
    }
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (folder / "module").mkdir()
    shutil.copy(course.solution(EXERCISE), folder / "module")
    for place in ("source/task", *(f"submitted/s{number}/task" for number in range(MANY))):
        (folder / place).mkdir(parents=True)
        nbformat.write(notebook, folder / place / f"{EXERCISE}.ipynb")
    cpu_s(_nbgrader_command(folder, "generate_assignment", "task", "--force"))


def _nbgrader_command(folder: Path, *arguments: str) -> list[str]:
    options = [f"--CourseDirectory.root={folder}", "--CourseDirectory.course_id=b", "--ExecutePreprocessor.timeout=300"]
    return [sys.executable, "-m", "nbgrader", *arguments, *options]


def _nbgrader(folder: Path, count: int) -> float:
    shutil.rmtree(folder / "autograded", ignore_errors=True)
    return cpu_s(_nbgrader_command(folder, "autograde", "task", f"--student=s[0-{count - 1}]"))


def _grader(course: Course, folder: Path, count: int) -> float:
    command = [sys.executable, "-m", "grader", "grade", *(str(folder / "submitted" / f"s{n}") for n in range(count))]
    command += ["--course", str(course.file), "--out", str(folder / "out"), "--force", "--jobs", "1"]
    return cpu_s([*command, "--exercise", EXERCISE])


def notebook_table(figures: list[NotebookFigure]) -> Table:
    """The figures for people."""
    shown = Table(title="Completed notebooks, CPU seconds each", title_justify="left")
    for column in ("exercise", "grader", "nbgrader, in the kernel", "ratio"):
        shown.add_column(column, justify="left" if column == "exercise" else "right")
    for f in figures:
        shown.add_row(f.exercise, f"{f.grader_cpu_s:.2f}", f"{f.nbgrader_cpu_s:.2f}", f"{f.ratio:.1f}×")
    return shown
