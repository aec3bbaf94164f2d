"""A course as bytes, for machines that do not see its folder."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import yaml

from grader.course import Course

_FILE = "course.yaml"


def pack(course: Course) -> bytes:
    """A zip of the course file, suites, solutions, stubs and public tests."""
    folders = {"suites": course.suites_dir, "solutions": course.solutions_dir, "exercises": course.exercises_dir}
    values = yaml.safe_load(course.file.read_text(encoding="utf-8"))
    values["paths"] = {name: name for name in folders}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_FILE, yaml.safe_dump(values, sort_keys=False, allow_unicode=True))
        for name, folder in folders.items():
            for path in sorted(folder.rglob("*.py")):
                archive.write(path, f"{name}/{path.relative_to(folder)}")
    return buffer.getvalue()


def unpack(parcel: bytes, folder: Path) -> Path:
    """Writes a packed course into a folder; the path of its course file."""
    with zipfile.ZipFile(io.BytesIO(parcel)) as archive:
        archive.extractall(folder)
    return folder / _FILE
