"""Simulated devices change a process for good: their tests, `cases_*.py`, run in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(torch.cuda.is_available(), reason="simulated GPUs cannot stand beside a real one")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "cases", ["devices", *(pytest.param(c, marks=pytest.mark.slow) for c in ("training", "operators"))]
)
def test_simulated_cuda(cases):
    file = HERE / f"cases_{cases}.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=short", file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False, cwd=HERE.parent.parent)
    assert done.returncode == 0, done.stdout + done.stderr
