"""What isolation costs per job: a job that imports a tiny module and calls one function, at several levels.

A job's cost is the slope between a small and a large number of jobs, CPU of all processes.
`python -m benchmarks.isolation MECHANISMS JOBS` runs jobs and nothing else.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass

from rich.table import Table

from grader.engine import isolation
from grader.engine.history import CallHistory
from grader.engine.isolation import IsolationLevel
from grader.engine.limits import Limits
from grader.engine.session import Session
from grader.engine.worker import Surroundings, Worker
from grader.engine.zygote import Zygote
from grader.worker.codec import Encoder

from .cost_per_submission import cpu_s

LEVELS = {"rlimits": (), "restricted": ("landlock", "seccomp"), "full": ("namespaces", "landlock", "seccomp")}
FEW, MANY = 10, 110


@dataclass
class IsolationFigure:
    """Median CPU milliseconds per job, and by how many it exceeds the job with resource limits alone."""

    level: str
    job_cpu_ms: float
    overhead_ms: float
    ratio: float


def measure_isolation(rounds: int) -> list[IsolationFigure]:
    """Every level, interleaved."""
    slopes: dict[str, list[float]] = {level: [] for level in LEVELS}
    for _ in range(rounds):
        for level in LEVELS:
            few, many = (_cpu_s(level, count) for count in (FEW, MANY))
            slopes[level].append(1000 * (many - few) / (MANY - FEW))
    medians = {level: statistics.median(values) for level, values in slopes.items()}
    least = medians["rlimits"]
    return [IsolationFigure(level, ms, ms - least, ms / least) for level, ms in medians.items()]


def _cpu_s(level: str, count: int) -> float:
    return cpu_s([sys.executable, "-m", "benchmarks.isolation", level, str(count)])


def run_jobs(level: str, count: int) -> None:
    """Starts, uses and ends jobs one after the other."""
    surroundings = Surroundings(
        read_paths=isolation.readable_paths(),
        hidden_paths=isolation.hidden_paths([]),
        shown_paths=isolation.shown_paths(),
        mechanisms=list(LEVELS[level]),
        required=IsolationLevel.NONE,
    )
    with Zygote(namespaced=True) as zygote:
        for _ in range(count):
            worker = Worker(zygote, Limits(), surroundings)
            encoder = Encoder()
            files = encoder.encode({"code.py": b"def f(x): return x + 1\n"})
            message = {
                "op": "start",
                "files": files,
                "forbidden_operators": [],
                "forbidden_python": [],
                "watched_operators": [],
                "watched_python": [],
            }
            worker.request(message, encoder.buffers)
            session = Session(worker, CallHistory())
            session.begin_test(1)
            assert IsolationLevel.of(worker.in_force).label == level
            assert session.load("code").f(1) == 2
            worker.close()


def isolation_table(figures: list[IsolationFigure]) -> Table:
    """The figures for people."""
    shown = Table(title="One job, CPU milliseconds", title_justify="left")
    for column in ("isolation", "job", "more than resource limits alone"):
        shown.add_column(column, justify="left" if column == "isolation" else "right")
    for f in figures:
        shown.add_row(f.level, f"{f.job_cpu_ms:.1f}", f"{f.overhead_ms:+.1f}")
    return shown


if __name__ == "__main__":
    run_jobs(sys.argv[1], int(sys.argv[2]))
