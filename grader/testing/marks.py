"""Marks that say what a hidden test is about."""

from __future__ import annotations

import pytest


def criterion(name: str, *, weight: float = 1.0) -> pytest.MarkDecorator:
    """The criterion that a test belongs to, and its weight among the exercise's tests."""
    return pytest.mark.criterion(name, weight)


def hint(nudge: str, section: str = "") -> pytest.MarkDecorator:
    """What a student reads when the test fails, after the message: a nudge, then the stub's section to read again."""
    return pytest.mark.hint(nudge, section)


def needs_cuda(count: int = 1) -> pytest.MarkDecorator:
    """A test that needs so many GPUs: it runs on real ones, or in a worker with simulated ones."""
    return pytest.mark.needs_cuda(count)


def uses_harness(name: str) -> pytest.MarkDecorator:
    """The test's `harness` and `local_harness` are `harness_<name>.py` instead of the exercise's own."""
    return pytest.mark.harness(name)


on_devices = pytest.mark.parametrize(
    "where", ["cpu", pytest.param("cuda:0", marks=needs_cuda(1)), pytest.param("cuda:1", marks=needs_cuda(2))]
)
"""Runs a test for each device, named by its parameter `where`: the CPU, a GPU, and one that is not the default."""
