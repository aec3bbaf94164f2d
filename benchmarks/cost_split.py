"""What a submission's CPU time is spent on: the student's and the reference's computing, and everything else.

One runner and its zygote grade the reference solutions here, in this process, sampled; what the zygote and its jobs use
beyond the samples is forking, isolating and ending jobs. The main process, about 0.04 s per submission, is left out.
`python -m benchmarks.cost_split SUBMISSIONS EXERCISE…` prints one split as JSON; `+accuracy` in place of an exercise
adds the accuracy tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from rich.table import Table

COMPUTING = ("the student's computing", "the reference's computing")
SUBMISSIONS = 5
TRAINED = 2


@dataclass
class SplitFigure:
    """CPU seconds per submission by what they are spent on."""

    what: str
    spent_cpu_s: dict[str, float] = field(default_factory=dict)

    @property
    def total_cpu_s(self) -> float:
        """All of it."""
        return sum(self.spent_cpu_s.values())

    @property
    def ratio(self) -> float:
        """The share of what is neither the student's nor the reference's computing."""
        return 1 - sum(self.spent_cpu_s.get(name, 0.0) for name in COMPUTING) / self.total_cpu_s


def measure_split(_rounds: int) -> list[SplitFigure]:
    """Each exercise and all of them without accuracy, and `training` with it."""
    from grader.course import find_course, load_course

    ids = [exercise.id for exercise in load_course(find_course(None)).exercises]
    groups = {name: ([name], SUBMISSIONS) for name in ids} | {"all together": (ids, SUBMISSIONS)}
    groups["training, with accuracy"] = (["training", "+accuracy"], TRAINED)
    return [SplitFigure(what, _split(names, count)) for what, (names, count) in groups.items()]


def _split(names: list[str], submissions: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.cost_split", str(submissions), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def run_split(submissions: int, names: list[str]) -> dict[str, float]:
    """Grades one submission to warm up, then so many under observation."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    from grader.bank import solution_files
    from grader.course import find_course, load_course
    from grader.engine import zygote as engine_zygote
    from grader.engine.worker import Worker
    from grader.runner.messages import RunSettings, Task
    from grader.runner.session import SuiteSession
    from grader.runner.setup import RunnerSetup
    from grader.scratch import scratch_folder

    from .sampling import RUNNER, Sampler

    course = load_course(find_course(None))
    exercises = tuple(name for name in names if not name.startswith("+"))
    skipped = () if "+accuracy" in names else ("accuracy",)
    spent: Counter[str] = Counter()
    read = Worker._read

    def noting(worker: Worker, reply: dict[str, Any], buffers: Any) -> Any:
        spent.update(reply.get("spent", {}))
        return read(worker, reply, buffers)

    Worker._read = noting  # type: ignore[method-assign]
    engine_zygote._BOOTSTRAP = engine_zygote._BOOTSTRAP.replace(
        "from grader.worker.zygote import main",
        "from grader.worker.zygote import main\nimport grader.worker.server\n"
        "from benchmarks.sampling import sample_jobs\nsample_jobs()",
    )

    def serve(session: SuiteSession) -> None:
        setup.dataset(session)
        setup.probe()

        def grade() -> None:
            for number, exercise in enumerate(exercises):
                task = Task(number, "reference", exercise, solution_files(course), "", skipped)
                job = setup.job(task)
                try:
                    done = session.grade(task, job)
                finally:
                    job.close()
                assert all(outcome.outcome == "passed" for outcome in done.outcomes)

        for _ in range(3):  # until the zygote has put itself into huge pages
            grade()
        sampler = Sampler(RUNNER)
        sampler.start()
        spent.clear()
        before = zygote_cpu_s()
        for _ in range(submissions):
            grade()
        jobs = zygote_cpu_s() - before - sum(spent.values())
        sampler.stop()
        spent.update(sampler.take())
        spent["forking, isolating and ending jobs"] = jobs

    def zygote_cpu_s() -> float:
        process = psutil.Process(zygote._process.pid)
        times = [each.cpu_times() for each in (process, *process.children())]
        return sum(t.user + t.system for t in times) + sum(t.children_user + t.children_system for t in times[1:])

    with scratch_folder() as scratch, engine_zygote.Zygote(namespaced=sys.platform == "linux") as zygote:
        import torch

        torch.set_num_threads(1)
        settings = RunSettings(
            str(course.file), exercises, skipped, "auto", "auto", 1, trust_submissions=False, scratch_root=scratch
        )
        setup = RunnerSetup(zygote, settings)
        setup.suites(serve).run()
    return {name: seconds / submissions for name, seconds in spent.items()}


def split_table(figures: list[SplitFigure]) -> Table:
    """The figures for people."""
    shown = Table(title="What a submission's CPU time is spent on, seconds", title_justify="left")
    kinds = sorted({kind for figure in figures for kind in figure.spent_cpu_s}, key=lambda kind: kind not in COMPUTING)
    for column in ("exercise", *kinds, "total", "not computing"):
        shown.add_column(column, justify="left" if column == "exercise" else "right")
    for f in figures:
        values = [f"{f.spent_cpu_s.get(kind, 0.0):.3f}" for kind in kinds]
        shown.add_row(f.what, *values, f"{f.total_cpu_s:.2f}", f"{f.ratio:.0%}")
    return shown


if __name__ == "__main__":
    print(json.dumps(run_split(int(sys.argv[1]), sys.argv[2:])))
