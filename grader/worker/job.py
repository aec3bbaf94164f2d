"""A forked job: from the zygote's copy to a sandboxed process that serves requests."""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import tempfile
import threading
from typing import Any

from . import by_value
from .sandbox import Sandbox, SandboxSettings
from .server import Server


def run(sock: socket.socket, output_fd: int, settings: SandboxSettings, max_handles: int) -> int:
    """Enters the sandbox and serves `sock`; returns the exit status. Runs in a child of the zygote."""
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (output_fd, 1), (output_fd, 2)):
        os.dup2(source, target, inheritable=True)
    _reopen_standard_streams()
    sandbox = Sandbox(settings, keep_fds={sock.fileno()})
    status = sandbox.enter()
    if status is not None:
        return status
    if "namespaces" not in sandbox.in_force:
        by_value.send_tensors_by_value()
    _clean_python(sandbox.scratch_dir)
    _hello(sock, sandbox.in_force)
    Server(sock, sandbox.scratch_dir, max_handles).serve()
    return 0


def _reopen_standard_streams() -> None:
    """Python's own streams still take the descriptors for what they were: programs that reconfigure them would fail."""
    for name, fd, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        errors = "backslashreplace" if name == "stderr" else "surrogateescape"
        stream = open(fd, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _clean_python(scratch_dir: str) -> None:
    temporary = os.path.join(scratch_dir, "tmp")
    os.makedirs(temporary, exist_ok=True)
    home = os.path.join(scratch_dir, "home")
    keep = {
        name: os.environ[name]
        for name in ("LANG", "LC_ALL", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        if name in os.environ
    }
    os.environ.clear()
    os.environ.update(keep, HOME=home, TMPDIR=temporary, PATH="/usr/bin:/bin", PYTHONDONTWRITEBYTECODE="1")
    # No file here names this user, and torch.compile asks for a name: without one, older versions of torch fail.
    os.environ["USER"] = "student"
    tempfile.tempdir = temporary
    sys.argv[:] = ["submission"]
    sys.dont_write_bytecode = True
    threading.stack_size(0)
    gc.enable()


def _hello(sock: socket.socket, in_force: list[str]) -> None:
    # The kernel adds this process's number, as the receiver sees it: the trusted side watches what it uses.
    sock.sendmsg([json.dumps({"hello": in_force}).encode() + b"\n"])


def settings_from(message: dict[str, Any]) -> tuple[SandboxSettings, int]:
    """The sandbox settings and the handle limit of a spawn request."""
    return SandboxSettings(**message["sandbox"]), int(message["max_handles"])
