"""Places in messages as students know them: cells of their notebooks, where the engine names lines of modules."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from grader.results import ExerciseResult

from .modules import NotNotebook, module_source

_PLACE = re.compile(r"\b(\w+)\.py\b(?:, line (\d{1,9}))?")
_CELL = re.compile(r"# cell (\d+)")
_MAX_BYTES = 64 << 20  # larger ones are graded too, but are not read again for this


def named_by_cell(exercise: ExerciseResult, submitted: Path) -> ExerciseResult:
    """The result with `vjp.ipynb, cell 4` for `vjp.py, line 19` where `submitted` has the notebook and no module."""
    modules: dict[str, list[str] | None] = {}

    def place(match: re.Match[str]) -> str:
        name, line = match[1], int(match[2] or 0)
        if name not in modules:
            modules[name] = _cells_of_lines(submitted, name)
        cells = modules[name]
        if cells is None:
            return match[0]
        return f"{name}.ipynb" + (cells[line] if line < len(cells) else "")

    in_cells = partial(_PLACE.sub, place)
    tests = [test.model_copy(update={"message": in_cells(test.message)}) for test in exercise.tests]
    return exercise.model_copy(update={"tests": tests})


def _cells_of_lines(submitted: Path, name: str) -> list[str] | None:
    """For each line of the module that was graded for a notebook, from 1, the cell as a suffix; None without one."""
    path = submitted / f"{name}.ipynb"
    try:
        if (submitted / f"{name}.py").exists() or path.is_symlink() or path.stat().st_size > _MAX_BYTES:
            return None
        source = module_source(path.read_bytes()).source
    except (OSError, NotNotebook, MemoryError):
        return None
    cells = [""]
    for line in source.split("\n"):
        found = _CELL.fullmatch(line)
        cells.append(cells[-1] if found is None else f", cell {found[1]}")
    return cells
