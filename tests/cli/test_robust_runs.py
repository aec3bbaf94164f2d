"""Runs that are killed, starved or robbed of their processes: what is finished stays, the rest is made up for."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.engine.errors import ZygoteError
from grader.engine.zygote import Zygote
from grader.runner.handle import Runner
from grader.runner.messages import RunSettings
from tests.cli.conftest import SCALE, SHIFT, write

CORPUS = Path(__file__).parent.parent / "hostile"
WRONG = SCALE.replace("[x] * n", "[x] * n + [x]")
SLOW = "import time\ntime.sleep(0.2)\n"
pytestmark = pytest.mark.slow


def marks(out: Path) -> dict[str, dict[str, float]]:
    found = {path.parent.name: json.loads(path.read_text()) for path in out.glob("*/result.json")}
    return {name: {e["id"]: e["score"] for e in result["exercises"]} for name, result in found.items()}


def processes_below(pid: int) -> dict[int, str]:
    """Every living descendant with its command line."""
    found: dict[int, str] = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(OSError):
            found[int(child)] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
            found |= processes_below(int(child))
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs: one that has ended and only waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def memory_kb(pid: int) -> int:
    """Memory of its own: pages of libraries come and go with the machine's page cache."""
    status = Path(f"/proc/{pid}/status").read_text()
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith(("RssAnon", "RssShmem")))


@pytest.fixture
def command(course, submissions, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    arguments = ["grade", submissions, "--course", course, "--out", tmp_path / "out", "--jobs"]
    environment = {**os.environ, "TMPDIR": str(scratch)}

    def start(jobs: int = 2) -> subprocess.Popen[str]:
        line = [sys.executable, "-m", "grader", *map(str, arguments), str(jobs)]
        return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)

    return start


def write_class(submissions: Path, number: int, slow_calls: bool = False) -> dict[str, dict[str, float]]:
    """Right, wrong and untouched work in turn; the marks that it deserves (values 2 of 4 tests' weight, and so on)."""
    deserved = {}
    for index in range(number):
        name = f"s{index:02}"
        scale = (SCALE, WRONG, 'def scale(x, n):\n    return f"{n}"\n')[index % 3]
        slow = (
            scale.replace("    return", "    import time; time.sleep(0.2)\n    return") if slow_calls else SLOW + scale
        )
        write(submissions / name, scale=slow, shift=SHIFT)
        deserved[name] = {"scale": 7.0 if index % 3 == 0 else 0.0, "shift": 3.0}
    return deserved


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", [3, pytest.param(20, marks=pytest.mark.endurance)])
def test_kills_lose_nothing(command, submissions, tmp_path, number):
    deserved = write_class(submissions, 40)
    out, random_moment = tmp_path / "out", random.Random(0)
    finished: dict[str, bytes] = {}
    kills = 0
    while kills < number:
        run = command()
        time.sleep(random_moment.uniform(0.5, 6))
        killed = run.poll() is None
        below = processes_below(run.pid) if killed else {}
        run.kill()
        run.communicate()
        kills += killed
        deadline = time.monotonic() + 30
        while (alive := [pid for pid in below if is_alive(pid)]) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert alive == []
        for name, content in finished.items():
            assert (out / name / "result.json").read_bytes() == content, f"{name} was graded twice"
        # Finished is what the store has sealed; between the result and its seal there is a moment.
        sealed = [path.stem for path in (out / ".grader").glob("*.json")]
        finished = {name: (out / name / "result.json").read_bytes() for name in sealed}
        for path in out.glob("*/result.json"):
            json.loads(path.read_text())
        if len(finished) == len(deserved):  # all are graded: begin anew
            assert marks(out) == deserved
            shutil.rmtree(out)
            finished = {}
    run = command()
    _, errors = run.communicate(timeout=120)
    assert run.returncode == 0, errors
    assert marks(out) == deserved
    assert (out / "grades.csv").read_text().count("\n") == len(deserved) + 1
    assert [path.name for path in out.rglob(".*") if path.name != ".grader"] == []
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize("slow_calls", [False, True], ids=["at an import", "in a call"])
@pytest.mark.parametrize("victim", ["zygote", "runner"])
def test_dead_processes_are_replaced(command, submissions, tmp_path, victim, slow_calls):
    deserved = write_class(submissions, 12, slow_calls)
    run = command()
    while len(marks(tmp_path / "out")) < 2:
        time.sleep(0.1)
    below = processes_below(run.pid)
    pattern = "grader.worker.zygote" if victim == "zygote" else "grader.runner.process"
    pids = [pid for pid, line in below.items() if pattern in line]
    assert pids
    os.kill(pids[0], signal.SIGKILL)
    _, errors = run.communicate(timeout=120)
    assert run.returncode == 0, errors
    assert marks(tmp_path / "out") == deserved


def test_a_runner_that_is_left_alone_says_nothing(course, tmp_path, capfd):
    settings = RunSettings(str(course / "course.yaml"), ("scale",), (), "cpu", "none", 1, False, str(tmp_path))
    runner = Runner(settings)
    assert runner.connection.poll(60)
    runner.end()  # with its message unread, which resets the connection
    assert runner.status == 0
    assert capfd.readouterr().err == ""


def test_a_zygote_that_dies_with_a_message_unread_is_dead():
    with Zygote(namespaced=False) as zygote:
        zygote.wait_ready()
        os.kill(zygote._process.pid, signal.SIGSTOP)
        zygote.kill(1)
        os.kill(zygote._process.pid, signal.SIGKILL)
        with pytest.raises(ZygoteError, match="has died"):
            zygote.wait_exit(1, 60)


def test_a_full_disk_is_one_sentence(grader, course, submissions, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(out)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can make a small disk")
    try:
        deserved = write_class(submissions, 12)
        done = grader("grade", submissions, "--course", course, "--out", out, "--jobs", 2)
        assert done.returncode == 2
        assert "No space left on device; make room and run the same command again" in done.stderr
        assert "Traceback" not in done.stderr
        intact = marks(out)
        assert 1 <= len(intact) < 12
        assert intact.items() <= deserved.items()
        subprocess.run(["mount", "-o", "remount,size=8m", str(out)], check=True)
        done = grader("grade", submissions, "--course", course, "--out", out, "--jobs", 2)
        assert done.returncode == 0, done.stderr
        assert marks(out) == deserved
    finally:
        subprocess.run(["umount", str(out)], check=True)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", [60, pytest.param(500, marks=pytest.mark.endurance)])
def test_mixed_jobs(command, submissions, tmp_path, number):
    """Honest marks do not depend on the company; nothing is left; the grader's memory stays flat."""
    quick = ("reduce_bomb", "patch_asserts", "equal_everything", "forged_frames", "exit_early", "daemon", "many_files")
    quick += ("walk_frames", "closed_descriptors", "huge_result", "kill_all", "atexit_result", "global_settings")
    deserved = write_class(submissions, 0)
    for index in range(number // 2):  # two exercises each
        name = f"s{index:03}"
        if index % 4 == 3:
            write(submissions / name, scale=(CORPUS / f"{quick[index // 4 % len(quick)]}.py").read_bytes(), shift=SHIFT)
            deserved[name] = {"scale": 0.0, "shift": 3.0}
        else:
            write(submissions / name, scale=WRONG if index % 4 == 2 else SCALE, shift=SHIFT)
            deserved[name] = {"scale": 0.0 if index % 4 == 2 else 7.0, "shift": 3.0}
    run = command()
    sizes: list[tuple[int, int]] = []
    while run.poll() is None:
        done = len(list((tmp_path / "out").glob("*/result.json")))
        with contextlib.suppress(OSError, StopIteration):
            trusted = [pid for pid, line in processes_below(run.pid).items() if "grader.runner.process" in line]
            if done and trusted:
                # A second runner may still be loading torch when the first results are there.
                sizes.append((done, memory_kb(run.pid) + memory_kb(min(trusted))))
        time.sleep(0.5)
    assert run.returncode == 0, run.communicate()[1]
    assert marks(tmp_path / "out") == deserved
    assert list((tmp_path / "scratch").iterdir()) == []
    early = max(size for done, size in sizes if number * 0.1 <= done <= number * 0.25)
    late = max(size for done, size in sizes if done >= number * 0.4)
    assert late < early * 1.05 + 10_000


def runner_cores(run: int) -> list[tuple[set[int], set[int]]]:
    """The cores that each runner may use, and those of its jobs: the outer of its zygote's two processes only waits."""
    found = []
    for runner in [pid for pid, line in processes_below(run).items() if "grader.runner.process" in line]:
        zygote = [pid for pid, line in processes_below(runner).items() if "grader.worker.zygote" in line]
        if len(zygote) >= 2:
            found.append((os.sched_getaffinity(runner), os.sched_getaffinity(zygote[1])))
    return found


@pytest.fixture
def cores():
    """Two cores, or the only one, that this process and what it starts may use."""
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system keeps no process to a core")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:2])
    yield os.sched_getaffinity(0)
    os.sched_setaffinity(0, before)


@pytest.mark.parametrize("spare", [0, 1], ids=["a runner for every core", "fewer runners than cores"])
def test_runners_keep_to_cores_of_their_own_if_there_are_no_others(command, submissions, tmp_path, cores, spare):
    jobs = len(cores) - spare
    if jobs == 0:
        pytest.skip("this machine has one core")
    deserved = write_class(submissions, 20 * jobs)
    run = command(jobs)
    seen = []
    while run.poll() is None:
        with contextlib.suppress(OSError):  # a process may end while it is looked at
            seen.append(runner_cores(run.pid))
        time.sleep(0.1)
    assert run.wait() == 0, run.stderr.read()
    assert marks(tmp_path / "out") == deserved
    kept = [({core}, {core}) for core in sorted(cores)] if not spare else [(cores, cores)] * jobs
    all_there = [sorted(found, key=lambda pair: min(pair[0])) for found in seen if len(found) == jobs]
    assert kept in all_there
    if spare:
        assert all(found == kept for found in all_there)
