"""What the person at the keyboard has to put right. The command line prints it in one sentence and exits with 2."""

from __future__ import annotations


class GraderError(Exception):
    """Wrong usage, a broken course, a missing dataset, an output directory that cannot be used."""
