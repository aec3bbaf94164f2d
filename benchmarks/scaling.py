"""A class that grows, and one job or two: time, memory, descriptors, and where the CPU seconds go."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.table import Table

from grader.course import Course, find_course, load_course

EXERCISE = "corr2d"
SIZES = ((10, 1), (200, 1), (10, 2), (200, 2), (1000, 2))
POLL_S = 0.25
CORES = sorted(psutil.Process().cpu_affinity())
KINDS = ("main process", "runners", "zygotes")


@dataclass
class ScalingFigure:
    """One run. Jobs' CPU seconds are those of the zygotes' ended children; memory is private, at most, in MB."""

    submissions: int
    jobs: int
    wall_s: float
    first_result_s: float
    cpu_s: dict[str, float]
    memory_mb: dict[str, float]
    descriptors: dict[str, int]
    left_over: int
    rate: float | None = None
    """Further submissions per second: those beyond the next smaller class with as many jobs, which starts alike."""
    ratio: float | None = None
    """That rate, against that of fewer jobs for as many submissions, or of fewer submissions with as many jobs."""


def measure_scaling(_rounds: int) -> list[ScalingFigure]:
    """Runs one after the other; the larger ones take minutes.

    Each has as many cores as jobs. A single job with two would use both at times: the main process and the end of
    one job take their turn on the second, while the runner goes on on the first.
    """
    course = load_course(find_course(None))
    figures: list[ScalingFigure] = []
    with tempfile.TemporaryDirectory() as folder:
        for submissions, jobs in SIZES:
            figure = _run(course, Path(folder), submissions, jobs)
            for earlier in figures:
                if earlier.jobs == jobs:
                    figure.rate = (submissions - earlier.submissions) / (figure.wall_s - earlier.wall_s)
            for earlier in figures:
                if figure.rate and earlier.rate and (earlier.submissions == submissions or earlier.jobs == jobs):
                    figure.ratio = figure.rate / earlier.rate
            figures.append(figure)
    return figures


def _run(course: Course, folder: Path, submissions: int, jobs: int) -> ScalingFigure:
    shutil.rmtree(folder / "class", ignore_errors=True)
    shutil.rmtree(folder / "out", ignore_errors=True)
    source = course.solution(EXERCISE).read_text(encoding="utf-8")
    for number in range(submissions):
        (folder / "class" / f"s{number:04}").mkdir(parents=True)
        (folder / "class" / f"s{number:04}" / f"{EXERCISE}.py").write_text(f"{source}# {number}\n")
    command = [sys.executable, "-m", "grader", "grade", str(folder / "class"), "--course", str(course.file)]
    command += ["--out", str(folder / "out"), "--exercise", EXERCISE, "--jobs", str(jobs)]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:
        psutil.Process(run.pid).cpu_affinity(CORES[:jobs])
        watch = _Watch(psutil.Process(run.pid))
        first = 0.0
        while run.poll() is None:
            watch.sample()
            if not first and any((folder / "out").glob("*/result.json")):
                first = time.perf_counter() - start
            time.sleep(POLL_S)
        wall = time.perf_counter() - start
    if run.returncode:
        raise SystemExit(f"{' '.join(command)}: exit status {run.returncode}")
    time.sleep(1)
    left = sum(process.is_running() for process in watch.seen)
    return ScalingFigure(
        submissions, jobs, wall, first or wall, watch.cpu_s(), watch.memory_mb, watch.descriptors, left
    )


class _Watch:
    """Looks at the processes of a run every now and then."""

    def __init__(self, main: psutil.Process) -> None:
        self._main = main
        self._cpu: dict[tuple[int, str], float] = {}
        self.seen: set[psutil.Process] = set()
        self.memory_mb: dict[str, float] = {}
        self.descriptors: dict[str, int] = {}

    def sample(self) -> None:
        """Looks once."""
        with contextlib.suppress(psutil.Error):
            self.seen.update(self._main.children(recursive=True))
        for kind, process in self._processes():
            try:
                times, memory, descriptors = process.cpu_times(), process.memory_info(), process.num_fds()
            except psutil.Error:
                continue
            self._cpu[process.pid, kind] = times.user + times.system
            if kind == "zygotes":
                self._cpu[process.pid, "jobs"] = times.children_user + times.children_system
            own = (memory.rss - memory.shared) / 1e6
            self.memory_mb[kind] = max(self.memory_mb.get(kind, 0.0), own)
            self.descriptors[kind] = max(self.descriptors.get(kind, 0), descriptors)

    def _processes(self) -> Iterator[tuple[str, psutil.Process]]:
        """The main process, its children (runners), and the zygotes below each of them, not their jobs."""
        try:
            yield KINDS[0], self._main
            for runner in self._main.children():
                yield KINDS[1], runner
                for outer in runner.children():
                    inner = outer.children()
                    yield KINDS[2], inner[0] if inner else outer
        except psutil.Error:
            return

    def cpu_s(self) -> dict[str, float]:
        """CPU seconds by kind of process."""
        total: dict[str, float] = {}
        for (_pid, kind), seconds in self._cpu.items():
            total[kind] = total.get(kind, 0.0) + seconds
        return total


def scaling_table(figures: list[ScalingFigure]) -> Table:
    """The figures for people."""
    shown = Table(title=f"Growing classes, tests of {EXERCISE}, as many cores as jobs", title_justify="left")
    columns = (
        "submissions",
        "jobs",
        "clock s",
        "first result s",
        "further per s",
        "ratio",
        "CPU ms each: main",
        "runner",
    )
    for column in (*columns, "zygote", "jobs", "MB: main", "runner", "zygote", "descriptors", "left over"):
        shown.add_column(column, justify="right")
    for f in figures:
        each = [f"{1000 * f.cpu_s.get(kind, 0) / f.submissions:.0f}" for kind in (*KINDS, "jobs")]
        memory = [f"{f.memory_mb.get(kind, 0):.0f}" for kind in KINDS]
        descriptors = "/".join(str(f.descriptors.get(kind, 0)) for kind in KINDS)
        rates = (f"{f.rate:.2f}" if f.rate else "", f"{f.ratio:.2f}×" if f.ratio else "")
        times = (f"{f.wall_s:.1f}", f"{f.first_result_s:.1f}", *rates)
        shown.add_row(str(f.submissions), str(f.jobs), *times, *each, *memory, descriptors, str(f.left_over))
    return shown
