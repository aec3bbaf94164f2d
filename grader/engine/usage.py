"""What a job uses, all of its processes together, read from /proc from outside."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK")
_MEASURED_S = 0.5  # how long a careful measurement holds, at least
_SOCKET_BYTES = 212_992  # what a socket can hold back for its reader; jobs cannot change it
_PROPORTIONAL = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds, memory in bytes, and number of processes."""

    cpu_s: float
    memory_bytes: int
    processes: int


class UsageMonitor:
    """Watches the process `pid` and all of its descendants.

    `pid` is as this process sees it. Memory is what is private and what is shared with others, whether in memory or
    swapped out, and what waits in sockets, where the job's are known apart (`own_network`). It is counted from what the
    first sample found in `pid`: pages shared with the zygote are nobody's. Of the job's processes together, though:
    each of them could make the zygote's pages its own.
    """

    def __init__(self, pid: int, *, own_network: bool = False) -> None:
        self._pid = pid
        self._baseline_bytes = _resident(pid)[0]
        self._own_network = own_network
        self._readable = _can_open(f"/proc/{pid}/smaps_rollup")
        self._measured: tuple[float, int, int] | None = None

    def sample(self, enough_bytes: int = 0) -> Usage:
        """The present usage; processes that end meanwhile are left out.

        Memory that several processes share is counted in each of them as long as all is no more than `enough_bytes`.
        """
        pids = _descendants(self._pid)
        resident = [_resident(pid) for pid in pids]
        sockets = _sockets(self._pid) * _SOCKET_BYTES if self._own_network else 0
        memory = max(sum(map(sum, resident)) - self._baseline_bytes, 0) + sockets
        if memory > enough_bytes:
            memory = sockets + self._measure(pids, memory - sockets, enough_bytes - sockets)
        return Usage(sum(_cpu_s(pid) for pid in pids), memory, len(pids))

    def _measure(self, pids: list[int], bound: int, enough_bytes: int) -> int:
        """Memory with what several processes share counted once: exact, but it takes milliseconds for each process."""
        start = time.monotonic()
        if self._measured is not None:
            until, then, measured = self._measured
            if start < until and measured + bound - then <= enough_bytes:
                return measured + max(bound - then, 0)
        everything = sum(map(self._fair_share, pids))
        # Pages still shared with the zygote and with the job's supervisor, of which every process has its share.
        shared = self._baseline_bytes * len(pids) // (len(pids) + 2) if self._readable else 0
        measured = min(max(everything - shared, 0), bound)
        end = time.monotonic()
        self._measured = end + max(_MEASURED_S, 10 * (end - start)), bound, measured
        return measured

    def _fair_share(self, pid: int) -> int:
        lines = _read(f"/proc/{pid}/smaps_rollup") if self._readable else ""
        if lines:
            return _kilobytes(lines, _PROPORTIONAL)
        private, shared = _resident(pid)  # nothing if it has ended
        return (private if self._readable else max(private - self._baseline_bytes, 0)) + shared


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def _can_open(path: str) -> bool:
    try:
        with open(path):
            return True
    except OSError:
        return False


def _descendants(pid: int) -> list[int]:
    found, queue = [], [pid]
    while queue:
        current = queue.pop()
        found.append(current)
        try:
            threads = os.listdir(f"/proc/{current}/task")
        except OSError:
            continue
        for thread in threads:
            queue.extend(int(child) for child in _read(f"/proc/{current}/task/{thread}/children").split())
    return found


def _cpu_s(pid: int) -> float:
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICKS if len(fields) > 15 else 0.0


def _resident(pid: int) -> tuple[int, int]:
    """Bytes of a process's own, and those in memory shared with others; files' are the kernel's to drop."""
    lines = _read(f"/proc/{pid}/status")
    return _kilobytes(lines, ("RssAnon:", "VmSwap:")), _kilobytes(lines, ("RssShmem:",))


def _sockets(pid: int) -> int:
    """Sockets of the process's network namespace, those among them that are closed but still unread."""
    fields = _read(f"/proc/{pid}/net/sockstat").split(maxsplit=3)
    return int(fields[2]) if len(fields) > 2 else 0


def _kilobytes(lines: str, names: tuple[str, ...]) -> int:
    total = 0
    for name in names:
        at = lines.find(f"\n{name}")
        if at >= 0:
            total += int(lines[at + 1 + len(name) : lines.find("kB", at)])
    return total << 10
