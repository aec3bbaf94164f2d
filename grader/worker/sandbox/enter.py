"""Entering the sandbox, in the order in which the mechanisms can be had."""

from __future__ import annotations

import contextlib
import os
import signal

from . import landlock, libc, limits, namespaces, seccomp
from .settings import SandboxSettings


class Sandbox:
    """The isolation of one job; `in_force` names the mechanisms that hold once `enter` has returned None."""

    def __init__(self, settings: SandboxSettings, keep_fds: set[int]) -> None:
        self._settings = settings
        self._keep_fds = keep_fds | {0, 1, 2}
        self.in_force: list[str] = []
        self.scratch_dir = settings.fallback_scratch_dir

    def enter(self) -> int | None:
        """Returns None in the process that goes on, sandboxed, and the job's exit status in its supervisor."""
        os.setsid()
        self._close_descriptors()
        self._unshare()
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)
        child = os.fork()
        if child:
            return _supervise(child, "namespaces" in self.in_force)
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
        if "namespaces" in self.in_force:
            namespaces.enter_root(self._settings)
            self.scratch_dir = namespaces.SCRATCH
        limits.apply(self._settings)
        self.in_force.append("rlimits")
        self._drop_privileges()
        self._landlock()
        self._seccomp()
        return None

    def _close_descriptors(self) -> None:
        highest = max(self._keep_fds) + 1
        for fd in range(3, highest):
            if fd not in self._keep_fds:
                with contextlib.suppress(OSError):
                    os.close(fd)
        os.closerange(highest, 65536)

    def _unshare(self) -> None:
        if "namespaces" in self._settings.mechanisms:
            with contextlib.suppress(OSError):
                namespaces.unshare()
                self.in_force.append("namespaces")

    def _drop_privileges(self) -> None:
        uid = self._settings.uid
        if os.geteuid() == 0 and "namespaces" not in self.in_force:
            os.chown(self.scratch_dir, uid, uid)
        if os.geteuid() == 0 or "namespaces" in self.in_force:
            namespaces.drop_privileges(uid)
        self.in_force.append("unprivileged")
        # Changing the user id clears this: say it again.
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)

    def _landlock(self) -> None:
        if "landlock" in self._settings.mechanisms:
            with contextlib.suppress(OSError):
                landlock.restrict(self._readable(), [self.scratch_dir, "/dev/shm", "/dev/null"])
                self.in_force.append("landlock")

    def _readable(self) -> list[str]:
        if "namespaces" in self.in_force:  # the root holds nothing but what may be read
            return ["/"]
        devices = [f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "fd")]
        hidden = self._settings.hidden_paths
        readable = [path for listed in self._settings.read_paths for path in _without(listed, hidden)]
        return [*readable, *self._settings.shown_paths, *devices, *self._settings.device_paths, "/proc/self"]

    def _seccomp(self) -> None:
        if "seccomp" in self._settings.mechanisms:
            with contextlib.suppress(OSError):
                version = landlock.abi() if "landlock" in self.in_force else 0
                seccomp.restrict(alone="namespaces" in self.in_force, landlock_abi=version)
                self.in_force.append("seccomp")


def _without(path: str, hidden: list[str]) -> list[str]:
    """The paths that make up `path` less the hidden ones: Landlock can allow a tree but not take a branch out of it."""
    if path in hidden:
        return []
    if not any(inner.startswith(path.rstrip("/") + "/") for inner in hidden):
        return [path]
    with os.scandir(path) as entries:
        return [below for entry in entries for below in _without(entry.path, hidden)]


def _supervise(child: int, namespaced: bool) -> int:
    """Waits for the job; kills it, and all that it started, when told to by SIGTERM."""
    for fd in range(0, 3):
        with contextlib.suppress(OSError):
            os.close(fd)
    os.closerange(3, 65536)

    def kill(_signal: int, _frame: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)

    signal.signal(signal.SIGTERM, kill)
    _pid, status = os.waitpid(child, 0)
    if not namespaced:
        _kill_descendants()
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _kill_descendants() -> None:
    """Ends what the job left behind: as sub-reaper, this process is the parent of every orphan."""
    while True:
        with open("/proc/thread-self/children") as file:
            children = file.read().split()
        for shown in children:
            with contextlib.suppress(OSError):
                os.kill(_number_here(shown), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _number_here(shown: str) -> int:
    """The number of a process of this namespace; /proc may be an outer one's, with other numbers."""
    with open(f"/proc/{shown}/status") as file:
        return int(next((line for line in file if line.startswith("NSpid:")), shown).split()[-1])
