"""The bound on a runner's own memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import torch
from grader.runner.memory import bound_memory
before = torch.ones(64 << 20, dtype=torch.uint8)
bound_memory(512 << 20)
print(int(before.repeat(4)[-1]))
try:
    before.repeat(16)
except (MemoryError, RuntimeError) as error:
    print(type(error).__name__)
print(int(before.repeat(4)[-1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="an address space is bounded on Linux")
def test_a_runner_fails_a_test_rather_than_fill_the_machine():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() in (["1", "RuntimeError", "1"], ["1", "MemoryError", "1"])
