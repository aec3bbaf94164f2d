"""What a result depends on, as one key: submission, course, suites, solutions, grader, versions and options."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from pathlib import Path

import grader

from .course import Course


def run_fingerprint(course: Course, options: tuple[str, ...]) -> str:
    """A key of everything but the submission."""
    digest = hashlib.sha256()
    for folder in (
        Path(grader.__file__).resolve().parent,
        course.solutions_dir,
        course.suites_dir,
        course.exercises_dir,
    ):
        for path in sorted(folder.rglob("*.py")):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    digest.update(course.file.read_bytes())
    versions = [platform.python_version(), *(importlib.metadata.version(name) for name in ("torch", "numpy", "pytest"))]
    digest.update("\0".join([*versions, *options]).encode())
    return digest.hexdigest()


def submission_key(run_key: str, contents_digest: str) -> str:
    """The key of one submission's result."""
    return hashlib.sha256(f"{run_key}/{contents_digest}".encode()).hexdigest()
