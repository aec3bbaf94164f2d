"""What can be wrong with a dataset."""

from __future__ import annotations

from grader.errors import GraderError


class DatasetNotFound(GraderError):
    """The files of the dataset are not on this machine and cannot be downloaded."""
