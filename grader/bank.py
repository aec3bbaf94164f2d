"""The bank: wrong modules that must lose points in the criterion they name, right ones that must not lose any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .course import Course
from .errors import GraderError

REFERENCE_MODULE = "reference"
_CRITERION = re.compile(r"^# criterion: *(\w+) *$", re.MULTILINE)
_SAYS = re.compile(r"^# says: *(\S.*?) *$", re.MULTILINE)

Kind = Literal["wrong", "right"]


@dataclass(frozen=True, slots=True)
class Case:
    """One module of the bank; a wrong one has to lose points in `criterion`, with `says` in the first message."""

    exercise: str
    kind: Kind
    path: Path
    criterion: str = ""
    says: str = ""

    @property
    def name(self) -> str:
        """The case's name, as in "corr2d/wrong/kernel_flipped"."""
        return f"{self.exercise}/{self.kind}/{self.path.stem}"

    def files(self, course: Course) -> dict[str, bytes]:
        """The whole submission: this module, the reference's other modules, and the reference under another name."""
        files = solution_files(course)
        files[f"{REFERENCE_MODULE}.py"] = files.get(f"{self.exercise}.py", b"")
        files[f"{self.exercise}.py"] = self.path.read_bytes()
        return files


def solution_files(course: Course) -> dict[str, bytes]:
    """The reference solutions as a submission."""
    return {f"{e.id}.py": course.solution(e.id).read_bytes() for e in course.exercises}


def read_bank(course: Course, exercises: tuple[str, ...]) -> list[Case]:
    """Every case of these exercises; raises `GraderError` for a wrong module that names no criterion of the course."""
    cases = []
    for exercise in exercises:
        for path in sorted((course.bank_dir / exercise / "right").glob("*.py")):
            cases.append(Case(exercise, "right", path))
        for path in sorted((course.bank_dir / exercise / "wrong").glob("*.py")):
            text = path.read_text(encoding="utf-8")
            match, says = _CRITERION.search(text), _SAYS.search(text)
            if match is None or match[1] not in course.criteria:
                raise GraderError(f"{path}: a wrong module names its criterion in a line like '# criterion: values'")
            cases.append(Case(exercise, "wrong", path, match[1], says[1] if says else ""))
    return cases
