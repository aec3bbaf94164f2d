"""Reading `course.yaml`: every mistake is one sentence with file, line and key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

import grader
from grader.errors import GraderError

from .model import AccuracyProtocol, Course, DatasetName, Tier

Location = tuple[int | str, ...]
FILE_NAME = "course.yaml"


class CourseError(GraderError):
    """A mistake in `course.yaml` or in what it names."""


def find_course(given: Path | None) -> Path:
    """The given course file, else the nearest from the current folder upwards, else the one beside the grader."""
    if given is not None:
        path = given / FILE_NAME if given.is_dir() else given
        if not path.is_file():
            raise CourseError(f"{path}: there is no such course file; name the course.yaml with --course")
        return path.resolve()
    here = Path.cwd()
    beside = Path(grader.__file__).resolve().parent.parent
    for folder in [here, *here.parents, beside]:
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    raise CourseError(f"{here}: there is no {FILE_NAME} here or above; name it with --course")


def load_course(path: Path, tier: str | None = None) -> Course:
    """The checked course, in a tier if one is named; raises `CourseError` with file, line and key of a mistake."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: the course file cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise CourseError(f"{path}:{line}: this is no YAML: {getattr(error, 'problem', error)}") from error
    source = _Source(path, root)
    source.refuse_duplicate_keys()
    try:
        course = Course.model_validate(values)
    except ValidationError as error:
        # A misspelt key is also a missing one: name what was written.
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        raise source.error(tuple(first["loc"]), _sentence(first)) from error
    course._file = path
    for location, problem in _problems(course):
        raise source.error(location, problem)
    if tier is None:
        return course
    if tier not in course.tiers:
        there_are = f"; there are {', '.join(course.tiers)}" if course.tiers else ""
        raise CourseError(f"{path}: tiers: there is no tier '{tier}'{there_are}")
    return course.in_tier(tier)


def _sentence(error: Any) -> str:
    kind, message = error["type"], str(error["msg"])
    if kind == "extra_forbidden":
        return "there is no such key here; check its spelling"
    if kind == "missing":
        return "this key is missing"
    found = repr(error["input"])
    return f"{message[0].lower()}{message[1:]} (found {found if len(found) < 60 else type(error['input']).__name__})"


def _problems(course: Course) -> Iterator[tuple[Location, str]]:
    seen: set[str] = set()
    for index, exercise in enumerate(course.exercises):
        here: Location = ("exercises", index)
        if exercise.id in seen:
            yield (*here, "id"), f"the id '{exercise.id}' is used twice; ids must differ"
        seen.add(exercise.id)
        for file in (course.suites(exercise.id)[0], course.solution(exercise.id)):
            if not file.is_file():
                yield (*here, "id"), f"there is no {os.path.relpath(file, course.file.parent)} for '{exercise.id}'"
        for name in exercise.forbidden:
            if name not in course.forbidden_operations:
                yield (*here, "forbidden"), f"'{name}' is not listed under forbidden_operations"
        for name in exercise.criteria_points:
            if name not in course.criteria:
                yield (*here, "criteria_points", name), f"'{name}' is not listed under criteria"
        if sum(exercise.criteria_points.values()) > exercise.points:
            yield (*here, "criteria_points"), f"its points are more than the exercise's {exercise.points:g}"
        try:
            course.limits_of(exercise)
        except ValidationError as error:
            first = error.errors()[0]
            yield (*here, "limits", *first["loc"]), _sentence(first)
    total = sum(exercise.points for exercise in course.exercises)
    if round(total - course.total_points, 6):
        yield ("total_points",), f"the exercises' points sum to {total:g}, not to {course.total_points:g}; change one"
    for name, operations in course.forbidden_operations.items():
        try:
            re.compile(operations.operators)
        except re.error as error:
            yield ("forbidden_operations", name, "operators"), f"this is no regular expression: {error}"
    yield from _protocol_problems(course.accuracy, ("accuracy",))
    for tier_name, tier in course.tiers.items():
        yield from _tier_problems(course, tier, ("tiers", tier_name))


def _tier_problems(course: Course, tier: Tier, here: Location) -> Iterator[tuple[Location, str]]:
    yield from _protocol_problems(tier.accuracy, (*here, "accuracy"))
    for name in course.accuracy:
        if name not in tier.accuracy:
            yield (*here, "accuracy"), f"'{name}' is missing: a tier has a protocol for each of the usual ones"
    ids = {exercise.id: exercise for exercise in course.exercises}
    for name, limits in tier.limits.items():
        if name not in ids:
            yield (*here, "limits", name), f"there is no exercise '{name}'"
            continue
        try:
            course.limits_of(ids[name].model_copy(update={"limits": limits}))
        except ValidationError as error:
            first = error.errors()[0]
            yield (*here, "limits", name, *first["loc"]), _sentence(first)


def _protocol_problems(
    accuracy: dict[str, dict[DatasetName, AccuracyProtocol]], here: Location
) -> Iterator[tuple[Location, str]]:
    for name, protocols in accuracy.items():
        for dataset, protocol in protocols.items():
            if protocol.target < protocol.demand:
                yield (*here, name, dataset, "target"), "the target must not be below the demand"


class _Source:
    """The YAML text's structure, to say on which line a key stands."""

    def __init__(self, path: Path, root: yaml.Node | None) -> None:
        self._path = path
        self._root = root

    def error(self, location: Location, problem: str) -> CourseError:
        key = ".".join(str(part) for part in location) or "the file"
        return CourseError(f"{self._path}:{self._line(location)}: {key}: {problem}")

    def refuse_duplicate_keys(self) -> None:
        for node, location in _walk(self._root, ()):
            keys: set[str] = set()
            for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
                if key.value in keys:
                    name = ".".join(map(str, (*location, key.value)))
                    raise CourseError(f"{self._path}:{key.start_mark.line + 1}: {name}: this key stands here twice")
                keys.add(key.value)

    def _line(self, location: Location) -> int:
        node, line = self._root, 1
        for part in location:
            if isinstance(node, yaml.MappingNode):
                found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
                if found is None:
                    break
                line, node = found[0].start_mark.line + 1, found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line + 1
            else:
                break
        return line


def _walk(node: yaml.Node | None, location: Location) -> Iterator[tuple[yaml.Node, Location]]:
    if node is None:
        return
    yield node, location
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _walk(value, (*location, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk(value, (*location, index))
