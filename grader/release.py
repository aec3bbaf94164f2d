"""The students' hand-out: stubs, public tests, what they need to run; no solution and no hidden test."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

from .course import Course
from .errors import GraderError
from .stubs import make_stub

MANIFEST = "manifest.json"
COMMON_FILES = ("conftest.py", "pytest.ini", "README.md", "requirements.txt", "train.py")
SIMULATED_CUDA = Path(__file__).parent / "simulated_cuda"
"""Handed out with exercises that name it, so that their device tests run on machines without a GPU too."""


def handout(course: Course) -> dict[str, str]:
    """The hand-out's files by name; stubs come fresh from the solutions."""
    files: dict[str, str] = {}
    for exercise in course.exercises:
        files[f"{exercise.id}.py"] = fresh_stub(course, exercise.id)
        public_tests = course.exercises_dir / f"test_{exercise.id}.py"
        if not public_tests.is_file():
            raise GraderError(f"{public_tests}: the public tests of '{exercise.id}' are missing")
        files[public_tests.name] = public_tests.read_text(encoding="utf-8")
    for name in COMMON_FILES:
        path = course.exercises_dir / name
        if path.is_file():
            files[name] = path.read_text(encoding="utf-8")
    wanted = any(SIMULATED_CUDA.name in text for text in files.values())
    for path in sorted(SIMULATED_CUDA.glob("*.py")) if wanted else ():
        files[f"{SIMULATED_CUDA.name}/{path.name}"] = path.read_text(encoding="utf-8")
    return files


def fresh_stub(course: Course, exercise: str) -> str:
    """The stub that the solution gives; raises `GraderError` if its markers do not pair."""
    solution = course.solution(exercise)
    try:
        return make_stub(solution.read_text(encoding="utf-8"))
    except ValueError as error:
        raise GraderError(f"{solution}: {error}") from error


def stub_drift(course: Course, exercises: tuple[str, ...]) -> list[str]:
    """The checked-in stubs of these exercises that are not what `handout` would write."""
    drift = []
    for exercise in exercises:
        stub = course.stub(exercise)
        if not stub.is_file() or stub.read_text(encoding="utf-8") != fresh_stub(course, exercise):
            drift.append(f"{stub} is not what its solution gives; run `grader release --update`")
    return drift


def update_stubs(course: Course) -> list[Path]:
    """Writes the stubs into the course's own exercises folder; the files that changed."""
    changed = []
    course.exercises_dir.mkdir(exist_ok=True)
    for exercise in course.exercises:
        stub, text = course.stub(exercise.id), fresh_stub(course, exercise.id)
        if not stub.is_file() or stub.read_text(encoding="utf-8") != text:
            stub.write_text(text, encoding="utf-8")
            changed.append(stub)
    return changed


def write_release(course: Course, folder: Path, *, as_zip: bool) -> Path:
    """Writes the hand-out and its manifest into a new or empty folder, or into a zip; returns what was written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise GraderError(f"{folder}: a release goes into a new or an empty folder; take another name")
    files = handout(course)
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())}
    exercises = [{"id": e.id, "title": e.title, "points": e.points} for e in course.exercises]
    manifest = {"schema_version": 1, "course": course.title, "exercises": exercises, "files": hashes}
    files[MANIFEST] = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return _zipped(folder) if as_zip else folder
    except OSError as error:
        raise GraderError(f"{folder}: the release could not be written: {error.strerror}") from error


def _zipped(folder: Path) -> Path:
    target = folder.with_name(folder.name + ".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    shutil.rmtree(folder)
    return target
