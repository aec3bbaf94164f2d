"""A process's heap is put into huge pages without a change to what is in it."""

from __future__ import annotations

import os
import sys

import pytest

from grader.worker.huge_pages import collapse


def forked(check) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0 if check() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.skipif(sys.platform != "linux", reason="huge pages of Linux")
def test_values_survive_and_are_copied_to_children():
    def check() -> bool:
        values = [bytes([number % 251]) * 4000 for number in range(4000)]  # 16 MB of the heap
        collapse()
        inherited = forked(lambda: all(v == bytes([n % 251]) * 4000 for n, v in enumerate(values)))
        values[0] = b"changed"
        return inherited == 0 and values[0] == b"changed" and values[-1] == bytes([3999 % 251]) * 4000

    assert forked(check) == 0
