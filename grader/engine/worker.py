"""One worker: a sandboxed process with one submission's modules in it, spoken to in requests with deadlines."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import socket
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from grader.plain_text import plain_text
from grader.scratch import remove_folder, remove_shared_memory
from grader.worker import frames
from grader.worker.codec import Buffer
from grader.worker.sandbox import SandboxSettings

from .awake import awake_s
from .channel import Channel, Closed
from .errors import (
    CallTimeout,
    IsolationError,
    LimitExceeded,
    WorkerCrashed,
    WorkerStopped,
    ZygoteError,
    student_error,
)
from .isolation import IsolationLevel, unreadable_python
from .limits import Limits
from .usage import UsageMonitor
from .zygote import Zygote

START_WALL_S = 60
OWN_EXIT_WALL_S = 0.5
EXIT_WALL_S = 30
_FIRST_JOB_UID = 1 << 20
_UIDS_PER_RUNNER = 64  # far more than it has jobs at a time
_job_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every worker of a run has in common: what it may see, and how well it must be kept apart."""

    read_paths: list[str]
    hidden_paths: list[str]
    shown_paths: list[str]
    mechanisms: list[str]
    required: IsolationLevel
    device_paths: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reply:
    """A worker's answer to one request, still encoded."""

    value: Any
    buffers: Sequence[Buffer]
    changes: list[Any]
    graph: int | None


class Worker:
    """A running job; every method raises `WorkerStopped` once the process is gone."""

    def __init__(self, zygote: Zygote, limits: Limits, surroundings: Surroundings) -> None:
        self._zygote = zygote
        self.limits = limits
        self._job = next(_job_numbers)
        self._uid = job_uid(self._job)
        self._scratch_dir = tempfile.mkdtemp(prefix="grader-job-")
        self._stopped: WorkerStopped | None = None
        self._ended = False
        self._usage: UsageMonitor | None = None
        self.in_force: set[str] = set()
        self.forbidden_calls: list[str] = []
        """Forbidden operations that the last request asked for."""
        self._channel = self._spawn(surroundings)
        try:
            self._meet(surroundings.required)
        except BaseException:
            self.close()
            raise

    def _spawn(self, surroundings: Surroundings) -> Channel:
        ours, theirs = socket.socketpair()
        output_read, output_write = os.pipe()
        limits = self.limits
        settings = SandboxSettings(
            uid=self._uid,
            cpu_s=limits.job_cpu_s,
            memory_mb=limits.memory_mb,
            processes=limits.processes,
            open_files=limits.open_files,
            file_mb=limits.file_mb,
            scratch_mb=limits.scratch_mb,
            scratch_inodes=limits.scratch_inodes,
            fallback_scratch_dir=self._scratch_dir,
            read_paths=surroundings.read_paths,
            hidden_paths=surroundings.hidden_paths,
            shown_paths=surroundings.shown_paths,
            device_paths=surroundings.device_paths,
            mechanisms=surroundings.mechanisms,
        )
        try:
            self._zygote.spawn(self._job, asdict(settings), limits.handles, (theirs.fileno(), output_write))
        finally:
            # Our copies of the job's ends must go, or a dead job would look like a slow one.
            theirs.close()
            os.close(output_write)
        return Channel(
            ours, output_read, max_output_bytes=limits.output_mb << 20, max_reply_bytes=limits.reply_mb << 20
        )

    def _meet(self, required: IsolationLevel) -> None:
        deadline = _Deadline(self, START_WALL_S, START_WALL_S)
        try:
            pid, hello = self._channel.receive_hello(deadline.tick)
            self.in_force = set(json.loads(hello)["hello"])
        except (Closed, ValueError, KeyError) as error:
            printed = self._channel.take_output().strip().splitlines()
            raise ZygoteError(
                f"a worker could not be started: {printed[-1] if printed else 'no reason given'}"
            ) from error
        if IsolationLevel.of(self.in_force) < required:
            raise IsolationError(
                f"workers run at isolation level '{IsolationLevel.of(self.in_force).label}' here, "
                f"but the course requires '{required.label}'"
            )
        unreadable = None if "namespaces" in self.in_force else unreadable_python()
        if unreadable and required > IsolationLevel.NONE:
            raise IsolationError(
                f"without namespaces, jobs of root's run as other users, and these cannot read Python in {unreadable}; "
                "install Python where everybody may read it, or run the grader as an ordinary user"
            )
        self._usage = UsageMonitor(pid, own_network="namespaces" in self.in_force)

    @property
    def stopped(self) -> WorkerStopped | None:
        """Why the process is gone, if it is."""
        return self._stopped

    def request(
        self, message: dict[str, Any], buffers: Sequence[Buffer] = (), fds: Sequence[int] = (), *, budget: float = 1.0
    ) -> Reply:
        """Sends one request and waits for its answer; `budget` stretches the limits of a call.

        Raises `StudentError` if student code raised, `WorkerStopped` if the process hung, crashed or was stopped.
        """
        if self._stopped is not None:
            raise self._stopped
        self.forbidden_calls = []
        deadline = _Deadline(self, self.limits.call_cpu_s * budget, self.limits.call_wall_s * budget)
        try:
            self._channel.send(frames.pack(message, buffers), fds, deadline.tick)
            reply, reply_buffers = self._channel.receive(deadline.tick)
        except Closed:
            # Its own end is over, but not necessarily that of all it has started.
            raise self.stop(self._crash(self._end(OWN_EXIT_WALL_S))) from None
        except WorkerStopped as stopped:
            raise self.stop(stopped) from None
        return self._read(reply, reply_buffers)

    def _read(self, reply: dict[str, Any], buffers: Sequence[Buffer]) -> Reply:
        forbidden = reply.get("forbidden")
        if isinstance(forbidden, list):
            self.forbidden_calls = [plain_text(name)[:100] for name in forbidden[:20]]
        error = reply.get("error")
        if isinstance(error, dict):
            raise student_error(error)
        changes, graph = reply.get("changes"), reply.get("graph")
        return Reply(
            reply.get("value"),
            buffers,
            changes if isinstance(changes, list) else [],
            graph if type(graph) is int else None,
        )

    def stop(self, reason: WorkerStopped) -> WorkerStopped:
        """Ends the process; every later request raises the first such reason, which is returned."""
        if self._stopped is None:
            self._stopped = reason
            self._end(0)
        return self._stopped

    def take_output(self) -> str:
        """What the student's code has printed since the last time."""
        return self._channel.take_output()

    def close(self) -> None:
        """Ends the process and everything it left behind."""
        with contextlib.suppress(ZygoteError):
            self.stop(WorkerStopped("closed"))
        self._channel.close()
        remove_folder(self._scratch_dir)
        if os.geteuid() == 0 and self.in_force and "namespaces" not in self.in_force:
            remove_shared_memory(self._uid)

    def _end(self, patience_s: float) -> int | None:
        """Ends the job unless it ends by itself in time; its exit status, None if it had to be ended."""
        if not self._ended:
            self._ended = True
            status = self._zygote.wait_exit(self._job, patience_s)
            if status is not None:
                return status
            self._zygote.kill(self._job)
            if self._zygote.wait_exit(self._job, EXIT_WALL_S) is None:
                raise ZygoteError("a worker could not be ended")
        return None

    def _crash(self, status: int | None) -> WorkerStopped:
        if status is None:
            return WorkerCrashed("crashed: your code closed its connection to the grader")
        if status == 0:
            return WorkerCrashed("crashed: your code ended the Python process")
        if status - 128 in (signal.SIGXCPU, signal.SIGKILL):
            return CallTimeout("stopped: all the computing time of this exercise was used up")
        if status > 128:
            name = signal.Signals(status - 128).name if status - 128 in signal.valid_signals() else str(status - 128)
            return WorkerCrashed(f"crashed: the Python process was ended by signal {name}")
        return WorkerCrashed(f"crashed: your code ended the Python process with exit status {status}")


def job_uid(job: int) -> int:
    """The user id of a job of root's: its own among those of all runners at work, since limits per user are per job."""
    return _FIRST_JOB_UID + os.getpid() * _UIDS_PER_RUNNER + job % _UIDS_PER_RUNNER


class _Deadline:
    """Watches one call: CPU seconds, the clock, and what the whole job uses."""

    def __init__(self, worker: Worker, cpu_s: float, wall_s: float) -> None:
        self._worker = worker
        self._cpu_s, self._wall_s = cpu_s, wall_s
        self._start = awake_s()
        self._cpu_start: float | None = None

    def tick(self) -> None:
        """Raises what the call is to be stopped for, if anything."""
        elapsed = awake_s() - self._start
        if self._worker._usage is not None:
            limits = self._worker.limits
            usage = self._worker._usage.sample(limits.memory_mb << 20)
            if self._cpu_start is None:
                self._cpu_start = max(usage.cpu_s - elapsed, 0)
            if usage.memory_bytes > limits.memory_mb << 20:
                raise LimitExceeded(f"stopped: it used more than {limits.memory_mb} MB of memory")
            if usage.processes > limits.processes:
                raise LimitExceeded(f"stopped: it started more than {limits.processes} processes")
            if usage.cpu_s - self._cpu_start > self._cpu_s:
                raise CallTimeout(f"stopped after {self._cpu_s:g} s of computing: is there a loop that never ends?")
        if elapsed > self._wall_s:
            raise CallTimeout(f"stopped after {self._wall_s:g} s: does it wait for something that never comes?")
