"""What a job uses, all of its processes together, read from /proc from outside."""

from __future__ import annotations

import os
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds, private memory in bytes, and number of processes."""

    cpu_s: float
    memory_bytes: int
    processes: int


class UsageMonitor:
    """Watches the process `pid` and all of its descendants.

    `pid` is as this process sees it. Memory is counted from what the first sample found in `pid`: pages shared
    with the zygote are nobody's.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._baseline_bytes = _private_bytes(pid)

    def sample(self) -> Usage:
        """The present usage; processes that end meanwhile are left out."""
        pids = _descendants(self._pid)
        memory = sum(max(_private_bytes(pid) - self._baseline_bytes, 0) for pid in pids)
        return Usage(sum(_cpu_s(pid) for pid in pids), memory, len(pids))


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


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


def _private_bytes(pid: int) -> int:
    fields = _read(f"/proc/{pid}/statm").split()
    return (int(fields[1]) - int(fields[2])) * _PAGE if len(fields) > 2 else 0
