"""What the filter of a job without namespaces leaves of the power over other processes and files of the same user."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

ATTEMPTS = """
import fcntl, json, os, resource, shutil, socket, sys, multiprocessing
from grader.worker.sandbox import seccomp

def nap():
    import time; time.sleep(2)

other, readable, abi = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
child = multiprocessing.get_context("fork").Process(target=nap, daemon=True)
child.start()
seccomp.restrict(alone=False, landlock_abi=abi)
said = {}

def attempt(name, call):
    try:
        call()
        said[name] = "allowed"
    except PermissionError:
        said[name] = "refused"

attempt("limit of another", lambda: resource.prlimit(other, resource.RLIMIT_FSIZE, (0, 0)))
attempt("limit of its own", lambda: resource.prlimit(0, resource.RLIMIT_CORE, (0, 0)))
attempt("scheduling of another", lambda: os.sched_setscheduler(other, os.SCHED_IDLE, os.sched_param(0)))
attempt("cores of another", lambda: os.sched_setaffinity(other, os.sched_getaffinity(0)))
attempt("cores of its own", lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)))
attempt("priority of another", lambda: os.setpriority(os.PRIO_PROCESS, other, 19))
attempt("priority of all", lambda: os.setpriority(os.PRIO_USER, 0, 19))
attempt("priority of its own", lambda: os.nice(1))
attempt("attribute", lambda: os.setxattr(readable, "user.x", b"1"))
attempt("truncating open", lambda: os.close(os.open(readable, os.O_RDONLY | os.O_TRUNC)))
attempt("truncating", lambda: os.truncate(readable, 1))
attempt("truncating for writing", lambda: open("own", "w").close())
attempt("signal to another", lambda: os.kill(other, 0))
attempt("signals by a socket", lambda: fcntl.fcntl(socket.socketpair()[0], fcntl.F_SETOWN, other))
attempt("file status", lambda: fcntl.fcntl(0, fcntl.F_GETFL))
attempt("mode", lambda: os.chmod(readable, 0))
attempt("copy", lambda: shutil.copy2(readable, "copy"))
attempt("end of a child", child.terminate)
print(json.dumps(said))
os._exit(0)
"""


def outcome(tmp_path, abi: int) -> dict[str, str]:
    readable = tmp_path / "readable"
    readable.write_text("whole")
    readable.chmod(0o640)
    command = [sys.executable, "-c", ATTEMPTS, str(os.getpid()), str(readable), str(abi)]
    limits = os.getpriority(os.PRIO_PROCESS, 0)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr
    assert os.getpriority(os.PRIO_PROCESS, 0) == limits
    assert readable.stat().st_mode & 0o777 == 0o640
    said: dict[str, str] = json.loads(done.stdout)
    assert said.pop("mode") == said.pop("copy") == "allowed"  # as if it had been done
    return said


@pytest.mark.skipif(sys.platform != "linux", reason="a filter of Linux")
@pytest.mark.parametrize("abi", [6, 5, 2])
def test_others_are_left_alone(tmp_path, abi):
    said = outcome(tmp_path, abi)
    allowed = {name for name, answer in said.items() if answer == "allowed"}
    own = {"limit of its own", "cores of its own", "priority of its own", "truncating for writing", "file status"}
    # Landlock itself sees to these from the versions 6 and 3 on.
    signals = {"signal to another", "signals by a socket", "end of a child"} if abi >= 6 else set()
    assert allowed == own | signals | ({"truncating"} if abi >= 3 else set())
