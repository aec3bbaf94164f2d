"""The zygote: a process with torch preloaded that forks one job per request.

Started by exec with a control socket (sequenced packets). It holds no suite, no solution and no secret, so a job
that reads all of its memory learns nothing. Requests: `{"job": n, "sandbox": {...}, "max_handles": n}` with two
descriptors (the job's socket, its output pipe), `{"kill": n}`, or `{"core": n}`, the only core to use from now on.
Answers: `{"ready": {...}}`, `{"exited": n, "status": s}`.
"""

from __future__ import annotations

import array
import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import traceback
from typing import Any

MAX_MESSAGE = 1 << 16
COLLAPSE_AFTER = 10  # jobs; for fewer, it would not pay


def main(control_fd: int, hidden_import_paths: list[str], namespaced: bool, parent: int) -> None:
    """Becomes the first process of a process namespace where that can be had, preloads, and serves requests."""
    status = _enter_process_namespace(parent) if namespaced else None
    if status is not None:
        os._exit(status)
    control = socket.socket(fileno=control_fd)
    facts = _preload()
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") not in hidden_import_paths]
    sys.modules["grader"].__path__ = []
    gc.collect()
    gc.freeze()
    _serve(control, facts)


def _enter_process_namespace(parent: int) -> int | None:
    """With a process namespace around the zygote, its end is the end of every job, whoever ends it and however."""
    from .sandbox import libc, namespaces

    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return 1  # it died before it could be watched
    try:
        if os.geteuid() == 0:
            libc.unshare(libc.CLONE_NEWPID)
        else:
            namespaces.unshare_with_user(libc.CLONE_NEWPID)
    except OSError:
        return None
    child = os.fork()
    if child == 0:
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
        return None
    os.closerange(3, 65536)
    _pid, status = os.waitpid(child, 0)
    return 1 if status else 0


def _preload() -> dict[str, Any]:
    """Imports and runs once what student code usually needs, on one thread: a forked child cannot wake others."""
    import torch

    torch.set_num_threads(1)
    import torch._dynamo
    import torch.optim
    import torch.utils.data
    import torchvision

    from grader.simulated_cuda import prepare
    from grader.simulated_cuda.compilation import as_written

    from . import job  # noqa: F401
    from .loaded import loaded

    prepare()

    # No job may run a compiler, and to look for one takes seconds: what is to be compiled runs as it is written.
    torch.compile = as_written
    torch._dynamo.config.disable = True

    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 2)
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    torch.nn.functional.cross_entropy(net(torch.ones(2, 1, 4, 4)), torch.tensor([0, 1])).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    loaded()
    return {"torch": torch.__version__, "torchvision": torchvision.__version__}


def _serve(control: socket.socket, facts: dict[str, Any]) -> None:
    from .huge_pages import collapse

    jobs: dict[int, int] = {}
    forked = 0
    wake_read, wake_write = os.pipe()
    for fd in (wake_read, wake_write):
        os.set_blocking(fd, False)
    signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
    signal.set_wakeup_fd(wake_write)
    control.send(json.dumps({"ready": facts}).encode())
    while True:
        watched: list[Any] = [control, wake_read]
        readable, _, _ = select.select(watched, [], [])
        if wake_read in readable:
            with contextlib.suppress(BlockingIOError):
                os.read(wake_read, 4096)
            _reap(control, jobs)
        if control in readable:
            message, fds = _receive(control)
            if message is None:
                return
            if "kill" in message:
                _terminate(jobs, message["kill"])
            elif "core" in message:
                os.sched_setaffinity(0, {message["core"]})
            else:
                pid = _fork(message, fds)
                jobs[pid] = message["job"]
                forked += 1
                if forked == COLLAPSE_AFTER:
                    collapse()


def _receive(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    data, ancillary, _flags, _address = control.recvmsg(MAX_MESSAGE, socket.CMSG_LEN(2 * array.array("i").itemsize))
    fds = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(content)
    return (json.loads(data) if data else None), list(fds)


def _fork(message: dict[str, Any], fds: list[int]) -> int:
    pid = os.fork()
    if pid == 0:
        _run_job(message, fds)
    for fd in fds:
        os.close(fd)
    return pid


def _run_job(message: dict[str, Any], fds: list[int]) -> None:
    """The child's whole life; never returns."""
    from . import job

    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        settings, max_handles = job.settings_from(message)
        status = job.run(socket.socket(fileno=fds[0]), fds[1], settings, max_handles)
    except BaseException:
        with contextlib.suppress(BaseException):
            traceback.print_exc()
            sys.stderr.flush()
    finally:
        os._exit(status)


def _reap(control: socket.socket, jobs: dict[int, int]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        job = jobs.pop(pid, None)
        if job is not None:
            code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
            control.send(json.dumps({"exited": job, "status": code}).encode())


def _terminate(jobs: dict[int, int], job: int) -> None:
    for pid, number in jobs.items():
        if number == job:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
