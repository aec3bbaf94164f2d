"""The output directory: locked by one run at a time, written atomically, remembering what it was computed from."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self, overload

from pydantic import ValidationError

from .errors import GraderError
from .results import SubmissionResult

STATE_FOLDER = ".grader"
_UNFINISHED = ".grader-unfinished-"


class Store:
    """Results of a class under one folder; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: int | None = None

    def __enter__(self) -> Self:
        try:
            (self.folder / STATE_FOLDER).mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.folder / STATE_FOLDER / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            write_atomically(self.folder / STATE_FOLDER / "writable", "")
        except OSError as error:
            raise GraderError(f"{self.folder}: the output directory cannot be written to: {error.strerror}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise GraderError(
                f"{self.folder}: another run is writing here; wait for it or take another --out"
            ) from error
        for left_over in [*self.folder.glob(f"{_UNFINISHED}*"), *self.folder.glob(f"*/{_UNFINISHED}*")]:
            with contextlib.suppress(OSError):
                left_over.unlink()  # of a run that was killed while it wrote
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            os.close(self._lock)

    def load(self, name: str, key: str) -> SubmissionResult | None:
        """The finished result of a submission if it was computed from what `key` stands for."""
        try:
            state = json.loads((self.folder / STATE_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
            text = (self.folder / name / "result.json").read_text(encoding="utf-8")
            if state != {"key": key, "result": _digest(text)} or not (self.folder / name / "feedback.md").exists():
                return None
            return SubmissionResult.model_validate_json(text)
        except (OSError, ValueError, ValidationError):
            return None

    def results(self, names: list[str]) -> StoredResults:
        """The results that are written of these submissions."""
        return StoredResults(self.folder, names)

    def save(self, result: SubmissionResult, feedback: str, pictures: dict[str, str], key: str) -> None:
        """Writes a submission's files; the key comes last, so that a half-written result is never taken for whole."""
        folder = self.folder / result.submission
        text = result.model_dump_json(indent=2, exclude_defaults=False) + "\n"
        try:
            folder.mkdir(exist_ok=True)
            for name, picture in pictures.items():
                write_atomically(folder / name, picture)
            write_atomically(folder / "feedback.md", feedback)
            write_atomically(folder / "result.json", text)
            state = json.dumps({"key": key, "result": _digest(text)})
            write_atomically(self.folder / STATE_FOLDER / f"{result.submission}.json", state)
        except OSError as error:
            raise GraderError(
                f"{folder}: the result could not be written: {error.strerror}; make room and run the same command again"
            ) from error

    def write(self, name: str, text: str) -> None:
        """Writes a file of the whole class."""
        try:
            write_atomically(self.folder / name, text)
        except OSError as error:
            raise GraderError(f"{self.folder / name}: this file could not be written: {error.strerror}") from error


class StoredResults(Sequence[SubmissionResult]):
    """Results that are read when they are asked for: those of a large class are large."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        self._folder = folder
        self._names = names

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, index: int) -> SubmissionResult: ...

    @overload
    def __getitem__(self, index: slice) -> StoredResults: ...

    def __getitem__(self, index: int | slice) -> SubmissionResult | StoredResults:
        if isinstance(index, slice):
            return StoredResults(self._folder, self._names[index])
        path = self._folder / self._names[index] / "result.json"
        try:
            return SubmissionResult.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise GraderError(f"{path}: this result cannot be read any more ({error}); grade again") from error


def write_atomically(path: Path, text: str) -> None:
    """Replaces a file as a whole or not at all."""
    fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)
    try:
        with os.fdopen(fd, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
