"""Places in messages as students know them: cells of their notebooks, where the engine names lines of modules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from grader.results import ExerciseResult

_PLACE = re.compile(r"\b(\w+)\.py\b(?:, line (\d{1,9}))?")
_CELL = re.compile(r"# cell (\d+)")


def named_by_cell(exercise: ExerciseResult, sources: Mapping[str, str]) -> ExerciseResult:
    """The result with `vjp.ipynb, cell 4` for `vjp.py, line 19`; `sources` has what was graded for each notebook."""
    cells: dict[str, list[str]] = {}

    def place(match: re.Match[str]) -> str:
        name, line = match[1], int(match[2] or 0)
        if name not in sources:
            return match[0]
        if name not in cells:
            cells[name] = _cells_of_lines(sources[name])
        return f"{name}.ipynb" + (cells[name][line] if line < len(cells[name]) else "")

    in_cells = partial(_PLACE.sub, place)
    tests = [test.model_copy(update={"message": in_cells(test.message)}) for test in exercise.tests]
    return exercise.model_copy(update={"tests": tests})


def _cells_of_lines(source: str) -> list[str]:
    """For each line of the module that was graded for a notebook, from 1, the cell as a suffix."""
    cells = [""]
    for line in source.split("\n"):
        found = _CELL.fullmatch(line)
        cells.append(cells[-1] if found is None else f", cell {found[1]}")
    return cells
