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
    for folder in (course.solutions_dir, course.suites_dir, course.exercises_dir):
        digest.update(_digest(folder).encode())
    digest.update(course.file.read_bytes())
    digest.update("\0".join([*versions().values(), *options]).encode())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """What has to be the same where the marks are to be the same: Python, packages, the grader's own code."""
    python = ".".join(platform.python_version_tuple()[:2])
    # Without the part after "+", which names a build for a GPU or none.
    packages = {name: importlib.metadata.version(name).partition("+")[0] for name in ("torch", "numpy", "pytest")}
    return {"Python": python, **packages, "grader": _digest(Path(grader.__file__).resolve().parent)[:12]}


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def submission_key(run_key: str, contents_digest: str) -> str:
    """The key of one submission's result."""
    return hashlib.sha256(f"{run_key}/{contents_digest}".encode()).hexdigest()
