"""CPU seconds per submission of one small assignment: this grader, nbgrader, otter-grader, a pytest process.

Everywhere the same ten checks (`ten_checks.py`) of the same solution. What an autograder does once for a class counts
once: the figure is the slope between a class of one and a larger one. `otter run` and pytest have no class.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook
from rich.table import Table

from . import ten_checks
from .cost_per_submission import cpu_s

COURSE = """\
schema_version: 1
title: Ten checks
total_points: 10
isolation: restricted
criteria: {values: right values}
exercises: [{id: task, title: Ten checks, points: 10}]
"""
SUITE = '''\
import pytest
from benchmarks.ten_checks import check
from grader.testing import criterion

@criterion("values")
@pytest.mark.parametrize("number", range(10))
def test_task(student, number):
    """the checks"""
    check(number, student.corr2d, student.pool2d)
'''
PLAIN_SUITE = """\
import pytest
from benchmarks.ten_checks import check
from task import corr2d, pool2d

@pytest.mark.parametrize("number", range(10))
def test_task(number):
    check(number, corr2d, pool2d)
"""
OTTER_TEST = """\
OK_FORMAT = True
test = {{"name": "q{n}", "points": 1, "suites": [{{"cases": [{{"code": ">>> from benchmarks.ten_checks import check\\n\
>>> check({n}, corr2d, pool2d)", "hidden": False, "locked": False}}], "scored": True, "setup": "", "teardown": "", \
"type": "doctest"}}]}}
"""
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class PeerFigure:
    """Medians over the rounds: CPU seconds and seconds by the clock for one submission more."""

    autograder: str
    submissions: int
    cpu_s: float
    wall_s: float
    grader_cpu_s: float

    @property
    def ratio(self) -> float:
        """How many times what this grader takes."""
        return self.cpu_s / self.grader_cpu_s


def measure_peers(rounds: int, submissions: int, peer_submissions: int) -> list[PeerFigure]:
    """Every autograder in turn, round after round. Peers take long (half an hour for a hundred); they may do fewer."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # peers call other programs
    os.environ["PYTHONPATH"] = str(ROOT)
    few = min(submissions, peer_submissions)
    classes: list[tuple[str, int, Callable[[Path, int], tuple[float, float]]]] = [
        ("this grader", submissions, lambda folder, n: _slope(_grader, folder, n)),
        ("nbgrader autograde", few, lambda folder, n: _slope(_nbgrader, folder, n)),
        ("otter run", few, lambda folder, n: _mean(_otter, folder, n)),
        ("pytest process", few, lambda folder, n: _mean(_pytest, folder, n)),
    ]
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name, _, _ in classes}
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), submissions, few)
        for _ in range(rounds):
            for name, count, take in classes:
                taken[name].append(take(Path(folder), count))
            _check_marks(Path(folder))
    medians = {
        name: tuple(statistics.median(column) for column in zip(*rows, strict=True)) for name, rows in taken.items()
    }
    own = medians["this grader"][0]
    return [PeerFigure(name, count, *medians[name], own) for name, count, _ in classes]


def _check_marks(folder: Path) -> None:
    """Ends the benchmark unless every autograder has run all ten checks and found them passed."""
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        theirs = [submission.score for submission in gradebook.assignment_submissions("task")]
    ours = json.loads((folder / "out" / "s0" / "result.json").read_text())["score"]
    otter = json.loads((folder / "otter" / "results.json").read_text())["tests"]
    passed = [test for test in otter if test.get("score") == 1]
    if set(theirs) != {10} or ours != 10 or len(passed) < 10:
        raise SystemExit(f"not graded alike: nbgrader {theirs}, this grader {ours}, otter {otter}")


def _slope(run: Callable[[Path, int], list[str]], folder: Path, count: int) -> tuple[float, float]:
    (one_cpu, one_wall), (cpu, wall) = _timed(run(folder, 1)), _timed(run(folder, count))
    return (cpu - one_cpu) / (count - 1), (wall - one_wall) / (count - 1)


def _mean(run: Callable[[Path, int], list[str]], folder: Path, count: int) -> tuple[float, float]:
    times = [_timed(run(folder, number)) for number in range(count)]
    return statistics.mean(cpu for cpu, _ in times), statistics.mean(wall for _, wall in times)


def _timed(command: list[str]) -> tuple[float, float]:
    start = time.perf_counter()
    return cpu_s(command), time.perf_counter() - start


def _write(folder: Path, submissions: int, notebooks: int) -> None:
    """The assignment and a class, for each of the autograders."""
    files = {
        "course/course.yaml": COURSE,
        "course/suites/test_task.py": SUITE,
        "course/solutions/task.py": ten_checks.SOLUTION,
        "course/exercises/task.py": "",
        "plain/task.py": ten_checks.SOLUTION,
        "plain/test_task.py": PLAIN_SUITE,
        **{f"otter/tests/q{n}.py": OTTER_TEST.format(n=n) for n in range(10)},
        **{f"class/s{n}/task.py": f"{ten_checks.SOLUTION}# {n}\n" for n in range(submissions)},
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    _write_notebooks(folder, notebooks)
    cpu_s(
        [
            str(Path(sys.executable).parent / "otter"),
            "generate",
            "-t",
            f"{folder}/otter/tests",
            "-o",
            f"{folder}/otter/a.zip",
        ]
    )


def _write_notebooks(folder: Path, submissions: int) -> None:
    cells = [new_code_cell(ten_checks.SOLUTION, id="solution")]
    cells += [
        new_code_cell(f"from benchmarks.ten_checks import check\ncheck({n}, corr2d, pool2d)", id=f"q{n}")
        for n in range(10)
    ]
    for cell in cells:
        graded = cell.id != "solution"
        marks = {"schema_version": 3, "grade_id": cell.id, "grade": graded, "solution": not graded, "locked": graded}
        cell.metadata["nbgrader"] = {**marks, "task": False, **({"points": 1} if graded else {})}
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for place in ("source/task", *(f"submitted/s{n}/task" for n in range(submissions))):
        (folder / place).mkdir(parents=True)
        nbformat.write(notebook, folder / place / "task.ipynb")
    cpu_s(_nbgrader_command(folder, "generate_assignment", "task"))
    del notebook.cells[1:]
    nbformat.write(notebook, folder / "otter" / "task.ipynb")


def _nbgrader_command(folder: Path, *arguments: str) -> list[str]:
    options = [f"--CourseDirectory.root={folder}", "--CourseDirectory.course_id=b"]
    return [sys.executable, "-m", "nbgrader", *arguments, *options]


def _nbgrader(folder: Path, count: int) -> list[str]:
    shutil.rmtree(folder / "autograded", ignore_errors=True)
    return _nbgrader_command(folder, "autograde", "task", "--student=*" if count > 1 else "--student=s0")


def _grader(folder: Path, count: int) -> list[str]:
    command = [sys.executable, "-m", "grader", "grade", *(f"{folder}/class/s{n}" for n in range(count)), "--force"]
    return [*command, "--course", f"{folder}/course", "--out", f"{folder}/out", "--jobs", "1"]


def _otter(folder: Path, _number: int) -> list[str]:
    places = ["-a", f"{folder}/otter/a.zip", "-o", f"{folder}/otter"]
    return [str(Path(sys.executable).parent / "otter"), "run", f"{folder}/otter/task.ipynb", *places, "--no-logo"]


def _pytest(folder: Path, _number: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        f"{folder}/plain",
        f"{folder}/plain",
    ]


def peer_table(figures: list[PeerFigure]) -> Table:
    """The figures for people."""
    shown = Table(title="Ten small checks: one submission more", title_justify="left")
    for column in ("autograder", "submissions", "CPU s", "clock s", "times this grader's CPU"):
        shown.add_column(column, justify="left" if column == "autograder" else "right")
    for f in figures:
        shown.add_row(f.autograder, str(f.submissions), f"{f.cpu_s:.3f}", f"{f.wall_s:.3f}", f"{f.ratio:.1f}×")
    return shown
