"""Mutants of the reference solutions: one small change each, made by cosmic-ray, to measure the suites with."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from .course import Course
from .errors import GraderError

EQUIVALENT_FILE = "equivalent_mutants.yaml"
# These need arguments, or make names that no student would.
_LEFT_OUT = ("VariableReplacer", "VariableInserter", "ExceptionReplacer")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed solution; `before` and `after` are the changed lines, `equivalent` why it is none."""

    exercise: str
    line: int
    before: str
    after: str
    source: str
    equivalent: str

    @property
    def name(self) -> str:
        """Where it is and what was changed."""
        return f"{self.exercise}:{self.line}: {self.before} → {self.after}"


class Equivalent(BaseModel):
    """A mutant that computes what the solution computes, and why."""

    model_config = ConfigDict(extra="forbid")

    exercise: str
    before: str
    after: str
    why: str


def mutants(course: Course, exercises: tuple[str, ...]) -> list[Mutant]:
    """Every mutant of these exercises' solutions; raises `GraderError` without cosmic-ray."""
    known = {(e.exercise, e.before, e.after): e.why for e in _equivalents(course.bank_dir / EQUIVALENT_FILE)}
    found = []
    for exercise in exercises:
        source = course.solution(exercise).read_text(encoding="utf-8")
        for changed in _changed(source):
            line, before, after = _difference(source, changed)
            equivalent = known.get((exercise, before, after), "")
            found.append(Mutant(exercise, line, before, after, changed, equivalent))
    return found


def _changed(source: str) -> Iterator[str]:
    try:
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator, operator_names
    except ImportError as error:
        raise GraderError("mutants need cosmic-ray: pip install -e '.[dev]'") from error
    seen = {ast.dump(ast.parse(source))}
    for name in operator_names():
        if name.endswith(_LEFT_OUT):
            continue
        operator, occurrence = get_operator(name)(), 0
        while (changed := mutate_code(source, operator, occurrence)) is not None:
            occurrence += 1
            try:
                tree = ast.dump(ast.parse(changed))
            except SyntaxError:
                continue
            if tree not in seen:
                seen.add(tree)
                yield changed


def _difference(before: str, after: str) -> tuple[int, str, str]:
    old, new = before.splitlines(), after.splitlines()
    for tag, i, i_end, j, j_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            return i + 1, " ".join(s.strip() for s in old[i:i_end]), " ".join(s.strip() for s in new[j:j_end])
    raise AssertionError("a mutant differs from its solution")


def _equivalents(path: Path) -> list[Equivalent]:
    if not path.is_file():
        return []
    try:
        return [Equivalent(**entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []]
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise GraderError(f"{path}: {' '.join(str(error).split())}") from error
