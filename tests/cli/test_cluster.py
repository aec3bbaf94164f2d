"""A real Dask scheduler and real workers on this machine: the marks of a local run, whatever happens to a worker."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import SCALE, SHIFT, write
from tests.cli.test_robust_runs import is_alive, marks, processes_below

distributed = pytest.importorskip("distributed")
WRONG = SCALE.replace("[x] * n", "[x] * n + [x]")
SLOW = "import time\ntime.sleep(0.3)\n"
DASK = [sys.executable, "-m", "dask"]


class Cluster:
    """A scheduler and workers, each with a scratch folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self.scheduler_file = folder / "scheduler.json"
        self._start("scheduler", "--scheduler-file", self.scheduler_file, "--host", "127.0.0.1", "--port", 0)
        self._wait(self.scheduler_file.exists)

    def _start(self, kind: str, *arguments: object, scratch: Path | None = None) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **({"TMPDIR": str(scratch)} if scratch else {})}
        with (self.folder / f"{kind}-{len(self._processes)}.log").open("wb") as log:
            line = [*DASK, kind, "--no-dashboard", *map(str, arguments)]
            process = subprocess.Popen(line, stdout=log, stderr=log, env=environment, start_new_session=True)
        self._processes.append(process)
        return process

    @staticmethod
    def _wait(condition: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def worker(self, *arguments: object) -> subprocess.Popen[bytes]:
        """Starts a worker and waits until it has joined."""
        scratch = self.folder / f"worker-{len(self._processes)}"
        scratch.mkdir()
        process = self._start(
            "worker",
            "--scheduler-file",
            self.scheduler_file,
            "--nthreads",
            1,
            "--no-nanny",
            "--local-directory",
            scratch,
            *arguments,
            scratch=scratch,
        )
        log = self.folder / f"worker-{len(self._processes) - 1}.log"
        self._wait(lambda: b"Registered to" in log.read_bytes())
        return process

    def close(self) -> None:
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "dask"
    folder.mkdir()
    running = Cluster(folder)
    try:
        yield running
    finally:
        running.close()


@pytest.mark.slow
def test_the_marks_are_those_of_a_local_run(grader, course, submissions, cluster, tmp_path):
    """One worker is killed in the middle, and costs no result."""
    for number in range(12):
        write(submissions / f"right{number}", scale=SLOW + SCALE, shift=SHIFT)
        write(submissions / f"wrong{number}", scale=SLOW + WRONG)
    arguments = ["grade", submissions, "--course", course, "--seed", 7]
    local = grader(*arguments, "--out", tmp_path / "local")
    assert local.returncode == 0, local.stderr
    victim, survivor = cluster.worker(), cluster.worker()
    # The course lies where no other machine would find it.
    line = [*arguments, "--out", tmp_path / "out", "--cluster", cluster.scheduler_file]
    running = subprocess.Popen(
        [sys.executable, "-m", "grader", *map(str, line)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 120
    while len(marks(tmp_path / "out")) < 4:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    runners = processes_below(victim.pid)
    assert len(marks(tmp_path / "out")) < 20
    os.kill(victim.pid, signal.SIGKILL)
    printed, errors = running.communicate(timeout=120)
    assert running.returncode == 0, errors
    assert printed.count("isolation") == 3  # the run's, and each worker's own
    assert marks(tmp_path / "out") == marks(tmp_path / "local")
    assert {"right0": 10.0, "wrong0": 0.0}.items() <= {
        name: sum(scores.values()) for name, scores in marks(tmp_path / "out").items()
    }.items()
    Cluster._wait(lambda: not any(is_alive(pid) for pid in runners), 30)
    Cluster._wait(lambda: not processes_below(survivor.pid), 30)
    assert not list((cluster.folder / "worker-2").glob("grader-*"))


@pytest.mark.slow
def test_a_worker_that_is_not_fit_takes_no_part(grader, course, submissions, cluster, tmp_path):
    write(submissions / "ada", scale=SCALE, shift=SHIFT)
    other = tmp_path / "other"
    shutil.copytree(Path(__file__).parents[2] / "grader", other / "grader")
    (other / "grader" / "version.py").write_text((other / "grader" / "version.py").read_text() + "# another version\n")
    preload = tmp_path / "older.py"
    preload.write_text(f"import sys\nsys.path.insert(0, {str(other)!r})\n")
    cluster.worker("--preload", preload)
    alone = grader(
        "grade", submissions, "--course", course, "--out", tmp_path / "o", "--cluster", cluster.scheduler_file
    )
    assert alone.returncode == 2
    assert "can grade" in alone.stderr
    assert "install the same" in alone.stderr
    cluster.worker()
    both = grader(
        "grade", submissions, "--course", course, "--out", tmp_path / "o", "--cluster", cluster.scheduler_file
    )
    assert both.returncode == 0, both.stderr
    assert "takes no part" in both.stdout
    assert sum(marks(tmp_path / "o")["ada"].values()) == 10


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["--cluster", "tcp://127.0.0.1:9"], "no Dask scheduler", marks=pytest.mark.slow),  # waits for one
        (["--cluster", "nonsense://here"], "no Dask scheduler"),
        (["--cluster", "SCHEDULER", "--device", "cuda"], "declares a GPU"),
    ],
)
def test_what_is_wrong_with_a_cluster_is_one_sentence(
    grader, course, submissions, cluster, tmp_path, arguments, sentence
):
    write(submissions / "ada", scale=SCALE)
    cluster.worker()
    given = [cluster.scheduler_file if argument == "SCHEDULER" else argument for argument in arguments]
    run = grader("grade", submissions, "--course", course, "--out", tmp_path / "out", *given)
    assert run.returncode == 2, run.stdout
    assert sentence in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1, run.stderr
