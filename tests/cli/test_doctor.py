"""What `grader doctor` says of a machine, and that grading goes by it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.engine import isolation
from tests.cli.conftest import SCALE, SHIFT, write
from tests.conftest import ROOT


def findings(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, str]]:
    return {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}


def test_every_mechanism_is_reported(grader, course):
    done = grader("doctor", "--json", cwd=course)
    found = findings(done)
    assert {"Python", "torch", "GPU", "cores", "Fashion-MNIST", "isolation", *isolation.MECHANISMS} <= found.keys()
    for finding in found.values():
        assert finding["state"] == "good" or finding["advice"] or finding["name"] == "GPU"
    assert json.loads(done.stdout)["ok"] == (done.returncode == 0)


def in_container(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The grader where user namespaces can be made but no /proc can be mounted in them, as in many containers.

    Part of /proc is covered here, and then the kernel refuses a new one, which would show it.
    """
    user = str(os.geteuid() or 1000)
    cover = 'mount -t tmpfs none /proc/tty && exec setpriv --inh-caps=-all --ambient-caps=-all "$@"'
    command = ["unshare", "--user", "--mount", f"--map-user={user}", f"--map-group={user}", "--keep-caps"]
    command += ["sh", "-c", cover, "sh", sys.executable, "-m", "grader", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=120, check=False)


@pytest.fixture
def container(tmp_path):
    if shutil.which("unshare") is None or shutil.which("setpriv") is None:
        pytest.skip("needs unshare and setpriv of util-linux")
    tried = in_container("--version", cwd=tmp_path)
    if tried.returncode:
        pytest.skip(f"no user namespace to try it in: {tried.stderr.strip()}")


@pytest.mark.slow
@pytest.mark.usefixtures("container")
def test_without_a_proc_of_its_own_a_job_runs_without_namespaces(course, submissions, tmp_path):
    done = in_container("doctor", "--json", cwd=course)
    found = findings(done)
    assert done.returncode == 0, done.stdout
    assert found["isolation"]["text"].startswith("level restricted")
    assert "not furnished" in found["namespaces"]["text"]
    assert "unmask" in found["namespaces"]["advice"]
    assert found["landlock"]["state"] == found["seccomp"]["state"] == "good"

    write(submissions / "ada", scale=SCALE, shift=SHIFT)
    done = in_container("grade", submissions, "--out", tmp_path / "out", cwd=course)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "out" / "ada" / "result.json").read_text())
    assert result["score"] == 10.0
    assert result["environment"]["isolation"].startswith("restricted")
