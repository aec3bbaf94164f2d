"""Four simulated GPUs for the cases of this folder, in the process that `test_in_own_process.py` starts for them."""

from __future__ import annotations

import pytest


@pytest.fixture
def gpus():
    """A machine with four simulated GPUs."""
    from grader import simulated_cuda

    simulated_cuda.install(4)
    yield 4
    simulated_cuda.install(4)
