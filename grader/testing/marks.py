"""Marks that say what a hidden test is about."""

from __future__ import annotations

import pytest


def criterion(name: str, *, weight: float = 1.0) -> pytest.MarkDecorator:
    """The criterion that a test belongs to, and its weight among the exercise's tests."""
    return pytest.mark.criterion(name, weight)


def hint(nudge: str, section: str = "") -> pytest.MarkDecorator:
    """What a student reads when the test fails, after the message: a nudge, then the stub's section to read again."""
    return pytest.mark.hint(nudge, section)
