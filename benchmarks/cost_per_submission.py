"""CPU seconds per submission of the tests without accuracy: this grader, and a fresh pytest process on the same tests.

The grader's cost is the slope between a small and a larger class, so that its start (reported apart) counts once per
run; a fresh pytest process has no start to share. Both run the reference solutions, one job at a time, interleaved.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from grader.course import Course, find_course, load_course

SMALL_CLASS = 2


@dataclass
class Figure:
    """Medians over the rounds, in CPU seconds (user and system) of all processes."""

    exercises: str
    grader_start_cpu_s: float
    grader_cpu_s: float
    pytest_cpu_s: float

    @property
    def ratio(self) -> float:
        """How many times cheaper a submission is in the grader."""
        return self.pytest_cpu_s / self.grader_cpu_s


def measure(rounds: int, submissions: int) -> list[Figure]:
    """Each exercise on its own, then all of them together."""
    course = load_course(find_course(None))
    ids = [exercise.id for exercise in course.exercises]
    return [_figure(course, [name], rounds, submissions) for name in ids] + [_figure(course, ids, rounds, submissions)]


def _figure(course: Course, exercises: list[str], rounds: int, submissions: int) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        for number in range(submissions):
            shutil.copytree(course.solutions_dir, Path(folder, "class", f"s{number}"), ignore=_no_caches)
        starts, slopes, plain = [], [], []
        for _ in range(rounds):
            small = _grader_cpu_s(course, exercises, Path(folder), SMALL_CLASS)
            plain.append(_pytest_cpu_s(course, exercises, Path(folder, "class", "s0")))
            large = _grader_cpu_s(course, exercises, Path(folder), submissions)
            slopes.append((large - small) / (submissions - SMALL_CLASS))
            starts.append(small - SMALL_CLASS * slopes[-1])
    name = exercises[0] if len(exercises) == 1 else "all together"
    return Figure(name, *(statistics.median(values) for values in (starts, slopes, plain)))


def _grader_cpu_s(course: Course, exercises: list[str], folder: Path, count: int) -> float:
    command = [sys.executable, "-m", "grader", "grade", *(str(folder / "class" / f"s{n}") for n in range(count))]
    command += ["--course", str(course.file), "--out", str(folder / "out"), "--force", "--jobs", "1"]
    command += ["--skip", "accuracy", *(word for name in exercises for word in ("--exercise", name))]
    return cpu_s(command)


def _pytest_cpu_s(course: Course, exercises: list[str], submission: Path) -> float:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "benchmarks.plain", "-p", "no:cacheprovider"]
    command += ["-c", "/dev/null", "--rootdir", str(course.suites_dir), "--import-mode=importlib"]
    command += ["--submission", str(submission), "--course", str(course.file)]
    return cpu_s([*command, *(str(file) for name in exercises for file in course.suites(name))])


def cpu_s(command: list[str]) -> float:
    """CPU seconds (user and system) of a command and all that it starts; ends the benchmark if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _no_caches(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__"]


def table(figures: list[Figure]) -> Table:
    """The figures for people."""
    shown = Table(title="CPU seconds per submission, tests without accuracy", title_justify="left")
    for column in ("exercise", "grader", "pytest process", "ratio", "grader's start (once)"):
        shown.add_column(column, justify="left" if column == "exercise" else "right")
    for f in figures:
        values = (f"{f.grader_cpu_s:.3f}", f"{f.pytest_cpu_s:.2f}", f"{f.ratio:.1f}×", f"{f.grader_start_cpu_s:.1f}")
        shown.add_row(f.exercises, *values)
    return shown
