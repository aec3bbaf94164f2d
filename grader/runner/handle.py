"""The main process's end of one runner."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from typing import Any

from .messages import KeepTo, RunSettings, Task

# Not by `multiprocessing`, whose processes may have no children where they are themselves "daemons", as Dask's are.
_BOOTSTRAP = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from grader.runner.process import main
main(int(sys.argv[2]), int(sys.argv[3]))
"""


class Runner:
    """A runner process that has been started; `ready` once it has said so, `task` while it works on one."""

    def __init__(self, settings: RunSettings) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            arguments = [json.dumps(sys.path), str(theirs.fileno()), str(os.getpid())]
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOTSTRAP, *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the main process
            )
        self.connection: Connection[Any, Any] = Connection(ours.detach())
        with contextlib.suppress(OSError):
            self.connection.send(settings)
        self.task: Task | None = None
        self.since = 0.0
        self.ready = False
        self.core: int | None = None

    def keep_to(self, core: int | None) -> None:
        """Has it use this core only, and what it starts."""
        self.core = core
        if core is not None:
            with contextlib.suppress(OSError):
                self.connection.send(KeepTo(core))

    def give(self, task: Task) -> None:
        """Hands it a task."""
        self.task, self.since = task, time.monotonic()
        with contextlib.suppress(OSError):  # a runner that has died is noticed when its connection is read
            self.connection.send(task)

    @property
    def status(self) -> int | None:
        """The exit status, once it has ended."""
        return self._process.poll()

    def kill(self) -> None:
        """Ends the runner at once; its connection then says so."""
        self._process.kill()

    def end(self) -> None:
        """Ends the runner, by force if need be."""
        self.connection.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
