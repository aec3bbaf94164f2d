"""The hostile corpus: no submission earns more than honest work does, harms another one, or leaves anything behind."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import SCALE, SHIFT, write

CORPUS = Path(__file__).parent.parent / "hostile"
PR_SET_CHILD_SUBREAPER = 36
pytestmark = pytest.mark.slow


def orphans() -> list[str]:
    """What this process has inherited from children that have ended: nothing, if they cleaned up."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() for pid in children]


@pytest.mark.timeout(600)
def test_the_corpus_gains_nothing(grader, course, submissions, tmp_path):
    cases = sorted(CORPUS.glob("*.py"))
    assert len(cases) >= 30
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    before = orphans()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for number, case in enumerate(cases):
        write(submissions / case.stem, shift=SHIFT)
        shutil.copy(case, submissions / case.stem / "scale.py")
        if number % 4 == 0:
            write(submissions / f"{case.stem}_honest", scale=SCALE, shift=SHIFT)
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
        env={**os.environ, "TMPDIR": str(scratch)},
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
