"""Starting and steering a zygote, the process that forks workers."""

from __future__ import annotations

import array
import json
import os
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import grader

from .errors import ZygoteError
from .isolation import package_folders

START_TIMEOUT_S = 300
_ROOT = Path(grader.__file__).resolve().parent.parent
_BOOTSTRAP = """
import sys
sys.path.insert(0, sys.argv[1])
sys.path += [folder for folder in sys.argv[5:] if folder not in sys.path]
from grader.worker.zygote import main
main(int(sys.argv[2]), sys.argv[1:2], sys.argv[3] == "namespaces", int(sys.argv[4]))
"""


class Zygote:
    """A running zygote; `facts` says which torch it has loaded."""

    def __init__(self, *, namespaced: bool) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "GLIBC_TUNABLES")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        # Large tensors come and go; in huge pages each costs a few page faults instead of thousands.
        environment.setdefault("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")
        # One thread each: a process that has run on several cannot be forked safely.
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-c",
                    _BOOTSTRAP,
                    str(_ROOT),
                    str(theirs.fileno()),
                    "namespaces" if namespaced else "",
                    str(os.getpid()),
                    *package_folders(),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        self._exited: dict[int, int] = {}
        self.facts: dict[str, Any] | None = None

    def wait_ready(self) -> dict[str, Any]:
        """Blocks until torch is loaded; returns the zygote's facts."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while self.facts is None:
            if not self._next_message(deadline - time.monotonic()):
                raise ZygoteError("the worker process did not get ready in time")
        return self.facts

    def spawn(self, job: int, sandbox: dict[str, Any], max_handles: int, fds: tuple[int, int]) -> None:
        """Forks a job that serves the first descriptor and prints to the second."""
        self.wait_ready()
        message = json.dumps({"job": job, "sandbox": sandbox, "max_handles": max_handles}).encode()
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
        try:
            self._control.sendmsg([message], rights)
        except OSError as error:
            raise self._died() from error

    def kill(self, job: int) -> None:
        """Ends a job and everything it has started."""
        self._tell({"kill": job})

    def keep_to(self, core: int) -> None:
        """Has it and every further job use this core only."""
        self._tell({"core": core})

    def _tell(self, message: dict[str, int]) -> None:
        try:
            self._control.send(json.dumps(message).encode())
        except OSError as error:
            raise self._died() from error

    def wait_exit(self, job: int, timeout_s: float) -> int | None:
        """The job's exit status (128 + signal number if one ended it); None if it has not ended in time."""
        deadline = time.monotonic() + timeout_s
        while job not in self._exited:
            if not self._next_message(deadline - time.monotonic()):
                return None
        return self._exited.pop(job)

    def _next_message(self, timeout_s: float) -> bool:
        readable, _, _ = select.select([self._control], [], [], max(timeout_s, 0))
        if not readable:
            return False
        try:
            data = self._control.recv(1 << 16)
        except OSError as error:  # reset: it died with a message of ours unread
            raise self._died() from error
        if not data:
            raise self._died()
        message = json.loads(data)
        if "ready" in message:
            self.facts = message["ready"]
        else:
            self._exited[message["exited"]] = message["status"]
        return True

    def _died(self) -> ZygoteError:
        self._process.kill()
        assert self._process.stderr is not None
        last = self._process.stderr.read().decode(errors="replace").strip().splitlines()[-1:]
        return ZygoteError("the process that starts the workers has died" + (f": {last[0]}" if last else ""))

    def close(self) -> None:
        """Ends the zygote and with it every job."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
