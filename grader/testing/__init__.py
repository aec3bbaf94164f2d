"""For authors of hidden suites: criteria, hints, and assertions whose messages a student may read."""

from .assertions import CheckFailed, Mistake, assert_close, assert_shape, check, differs
from .marks import criterion, hint

__all__ = ["CheckFailed", "Mistake", "assert_close", "assert_shape", "check", "criterion", "differs", "hint"]
