"""Large submissions kept on disk until they are graded: a class with the dataset in every folder fits no memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from grader.errors import GraderError

from .contents import Contents

KEPT_BYTES = 1 << 20


class Aside:
    """One file in `folder`, without a name: it is gone when the run is, however that ends. A context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fd: int | None = None
        self._end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def put(self, contents: Contents) -> Contents:
        """The same contents; if they are large, with files that are read when they are asked for."""
        if sum(map(len, contents.files.values())) <= KEPT_BYTES:
            return contents
        try:
            if self._fd is None:
                with tempfile.TemporaryFile(dir=self._folder) as file:
                    self._fd = os.dup(file.fileno())
            return replace(contents, files=FilesOnDisk(self._fd, dict(self._write(self._fd, contents.files))))
        except OSError as error:
            raise GraderError(f"{self._folder}: large submissions could not be put there: {error.strerror}") from error

    def _write(self, fd: int, files: Mapping[str, bytes]) -> Iterator[tuple[str, tuple[int, int]]]:
        for name, content in files.items():
            start, left = self._end, memoryview(content)
            while left:
                written = os.pwrite(fd, left, self._end)
                self._end += written
                left = left[written:]
            yield name, (start, len(content))


class FilesOnDisk(Mapping[str, bytes]):
    """Files by name, each read when it is asked for; in another process it is the dict that it stands for."""

    def __init__(self, fd: int, places: dict[str, tuple[int, int]]) -> None:
        self._fd = fd
        self._places = places

    def __getitem__(self, name: str) -> bytes:
        start, size = self._places[name]
        content = os.pread(self._fd, size, start)
        if len(content) < size:
            raise GraderError("a large submission that was put aside cannot be read any more")
        return content

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)
