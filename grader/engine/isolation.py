"""Levels of isolation, and the paths of this machine that a worker may read."""

from __future__ import annotations

import glob
import importlib.util
import os
import sys
import sysconfig
from enum import IntEnum
from pathlib import Path

import grader

_SWITCHED_OFF = os.environ.get("GRADER_WITHOUT", "").split(",")
MECHANISMS = tuple(name for name in ("namespaces", "landlock", "seccomp") if name not in _SWITCHED_OFF)
"""The mechanisms to try; `GRADER_WITHOUT=namespaces` leaves some out, to see what a lesser level does."""
_FULL = {"rlimits", "namespaces", "landlock", "seccomp"}


class IsolationLevel(IntEnum):
    """How well a worker is kept apart, from the mechanisms that it reports in force."""

    NONE = 0
    RLIMITS = 1
    RESTRICTED = 2
    FULL = 3

    @classmethod
    def of(cls, in_force: set[str]) -> IsolationLevel:
        """The level that these mechanisms make up."""
        if in_force >= _FULL:
            return cls.FULL
        if {"rlimits", "landlock", "seccomp"} <= in_force:
            return cls.RESTRICTED
        return cls.RLIMITS if "rlimits" in in_force else cls.NONE

    @property
    def label(self) -> str:
        """The name used in `course.yaml` and in results."""
        return self.name.lower()


def readable_paths() -> list[str]:
    """Python, its packages, the system's libraries, and the worker's own code."""
    system = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo"]
    system += ["/etc/ld.so.cache", "/etc/localtime"]
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values(), *package_folders()}
    existing = [path for path in [*system, *python] if os.path.exists(path)]
    # Parents first, and nothing that a parent already covers.
    listed: list[str] = []
    for path in sorted({os.path.abspath(path) for path in existing}, key=len):
        if not any(path == above or path.startswith(above + "/") for above in listed):
            listed.append(path)
    return listed


def package_folders() -> list[str]:
    """Where the packages that every worker needs are installed: for this user alone, perhaps, or by a .pth file."""
    found = [importlib.util.find_spec(name) for name in ("torch", "torchvision", "numpy")]
    return sorted({str(Path(spec.origin).resolve().parent.parent) for spec in found if spec and spec.origin})


def unreadable_python() -> str | None:
    """The folder of Python's that root may read and nobody else may, if root runs the grader and there is one."""
    if os.geteuid() != 0:
        return None
    for path in {os.path.realpath(os.__file__), *map(os.path.realpath, readable_paths())}:
        for folder in [*Path(path).parents, Path(path)]:
            if not folder.stat().st_mode & (0o005 if folder.is_dir() else 0o004):
                return str(folder)
    return None


def hidden_paths(course_paths: list[Path]) -> list[str]:
    """What must stay unseen even inside readable paths: the grader itself and the course's secrets."""
    package = Path(grader.__file__).resolve().parent
    return [str(path) for path in [package, *course_paths]]


def shown_paths() -> list[str]:
    """What of the hidden paths a worker needs: the worker package."""
    return [str(Path(grader.__file__).resolve().parent / "worker")]


def gpu_device_paths() -> list[str]:
    """The device nodes of NVIDIA GPUs."""
    return sorted(path for path in glob.glob("/dev/nvidia*") if not os.path.isdir(path))
