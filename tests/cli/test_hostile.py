"""The hostile corpus: no submission earns more than honest work does, harms another one, or leaves anything behind."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
from pathlib import Path

import pytest

from grader.engine import isolation
from tests.cli.conftest import SCALE, SHIFT, write

CORPUS = Path(__file__).parent.parent / "hostile"
PR_SET_CHILD_SUBREAPER = 36
pytestmark = pytest.mark.slow


# What no repository likes to hold.
BROKEN_FILES = {
    "symlink_loop": lambda path: path.symlink_to(path.name),
    "symlink_out": lambda path: path.symlink_to(__file__),
    "symlink_to_device": lambda path: path.symlink_to("/dev/zero"),
    "pipe": lambda path: os.mkfifo(path),
    "fifty_megabytes": lambda path: path.write_bytes(b"# " + b"x" * (50 << 20)),
    "deep_source": lambda path: path.write_text("x = " + "(" * 100_000 + ")" * 100_000),
}


def orphans() -> list[str]:
    """Living processes that this one has inherited from children that have ended: none, if they cleaned up."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    stats = {pid: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] for pid in children}
    return [Path(f"/proc/{pid}/cmdline").read_text() for pid, state in stats.items() if state not in "ZX"]


@pytest.fixture
def adopts_orphans():
    """Processes whose parents die become this one's children."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    yield
    prctl(PR_SET_CHILD_SUBREAPER, 0)


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("adopts_orphans")
@pytest.mark.parametrize("without", ["", "namespaces"], ids=["full", "restricted"])
def test_the_corpus_gains_nothing(grader, course, submissions, tmp_path, without):
    if without and isolation.unreadable_python():
        pytest.skip("root's Python cannot be read by jobs without namespaces")
    cases = sorted(path for path in CORPUS.iterdir() if path.name != "__pycache__")
    assert len(cases) >= 64
    before = orphans()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for number, case in enumerate(cases):
        write(submissions / case.stem, shift=SHIFT)
        if case.is_dir():
            shutil.copytree(case, submissions / case.stem, dirs_exist_ok=True)
        else:
            shutil.copy(case, submissions / case.stem / "scale.py")
        if number % 4 == 0:
            write(submissions / f"{case.stem}_honest", scale=SCALE, shift=SHIFT)
    for name, make in BROKEN_FILES.items():
        write(submissions / name, shift=SHIFT)
        make(submissions / name / "scale.py")
    done = grader(
        "grade",
        submissions,
        "--course",
        course,
        "--out",
        tmp_path / "out",
        "--jobs",
        2,
        timeout_s=550,
        env={**os.environ, "TMPDIR": str(scratch), "GRADER_WITHOUT": without},
    )
    assert done.returncode == 0, done.stderr
    results = {path.parent.name: json.loads(path.read_text()) for path in (tmp_path / "out").glob("*/result.json")}
    assert set(results) == set(os.listdir(submissions))
    honest = {name: result["score"] for name, result in results.items() if name.endswith("_honest")}
    assert set(honest.values()) == {10}
    others = {name: result for name, result in results.items() if name not in honest}
    gained = {
        name: result["exercises"][0]["score"] for name, result in others.items() if result["exercises"][0]["score"] > 0
    }
    assert gained == {}
    hurt = {name for name, result in others.items() if result["exercises"][1]["score"] != 3}
    assert hurt == set()
    assert orphans() == before
    assert list(scratch.iterdir()) == []
    assert not Path("/tmp/pwned").exists()
