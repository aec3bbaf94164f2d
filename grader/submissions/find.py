"""Which submissions the command line's arguments stand for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GraderError

MAX_NAME_BYTES = 180
_IGNORED = re.compile(r"^(\..*|__MACOSX|__pycache__|Thumbs\.db)$")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One submission: the student's (or team's) name and the folder or file that was handed in."""

    name: str
    path: Path


def find_submissions(arguments: Sequence[Path], module_names: Sequence[str], assignment: str = "") -> list[HandedIn]:
    """Every submission in the arguments, each under a name of its own.

    A folder with any of the course's modules at its top or under `exercises/` is one submission; another folder
    with folders or zips in it is a class, each of them a submission. nbgrader's `<student>/<assignment>/` is one too.
    """
    found: list[HandedIn] = []
    for argument in arguments:
        if not argument.exists():
            raise GraderError(f"{argument}: there is no such file or folder; name submissions, or a folder of them")
        found.extend(HandedIn(_name(path), path) for path in _submissions(argument, module_names, assignment))
    return list(_with_unique_names(found))


def _submissions(path: Path, module_names: Sequence[str], assignment: str) -> list[Path]:
    if path.is_file() or _holds_modules(path, module_names):
        return [path]
    if assignment and _holds_modules(path / assignment, module_names):
        return [path]
    try:
        children = sorted(child for child in path.iterdir() if not _IGNORED.match(child.name))
    except OSError as error:
        raise GraderError(f"{path}: this folder cannot be read: {error.strerror}") from error
    inner = [child for child in children if child.is_dir() or child.suffix.lower() == ".zip"]
    return inner or [path]


def _holds_modules(folder: Path, module_names: Sequence[str]) -> bool:
    return any(
        (place / f"{name}{suffix}").exists()
        for place in (folder, folder / "exercises")
        for name in module_names
        for suffix in (".py", ".ipynb")
    )


def _name(path: Path) -> str:
    resolved = path.resolve() if path.name in ("", ".", "..") else path
    name = resolved.name if resolved.is_dir() else resolved.stem
    safe = re.sub(r"[^\w.\-+@ ]", "_", name).strip().lstrip(".")
    if len(safe.encode()) > MAX_NAME_BYTES:  # file systems take 255, with whatever is added to it
        digest = hashlib.sha256(name.encode(errors="replace")).hexdigest()[:8]
        safe = f"{safe.encode()[: MAX_NAME_BYTES - 9].decode(errors='ignore')}-{digest}"
    return safe or "submission"


def _with_unique_names(found: Iterable[HandedIn]) -> Iterable[HandedIn]:
    taken: set[str] = set()
    for submission in found:
        name, number = submission.name, 2
        while name.casefold() in taken or name in ("grades.csv",):
            name, number = f"{submission.name}-{number}", number + 1
        taken.add(name.casefold())
        yield HandedIn(name, submission.path)
