"""The course as an nbgrader course: source notebooks from the same files as the stubs, and a configuration."""

from __future__ import annotations

import ast
import base64
import importlib.util
import inspect
import io
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.course import Course, Exercise
from grader.errors import GraderError
from grader.release import handout
from grader.scoring import TestSpec, max_units, points
from grader.stubs import BEGIN

from . import modules
from .steps import AUTOGRADE, SANITIZE
from .text import sections

_HANDOUT = Path(__file__).parent / "handout"
_CONFIG = Path(__file__).parent / "templates" / "nbgrader_config.py"
_REQUIREMENTS = "matplotlib>=3.9\nnotebook\n"
_HEADER = """*{title}.* Fill in the functions that raise `NotImplementedError`; other cells are for you to try
things out. The public tests below hold the examples; hidden ones draw other inputs. Save before you hand in."""


def write_course(course: Course, tests: list[TestSpec], folder: Path) -> list[Path]:
    """Writes `nbgrader_config.py` and `source/<assignment>/`; returns the notebooks."""
    source = folder / "source" / course.assignment
    if source.exists() and any(source.iterdir()):
        raise GraderError(
            f"{source}: notebooks go into a new or an empty folder; remove it, and after that "
            f"run `nbgrader generate_assignment {course.assignment} --force`, or take another name"
        )
    try:
        source.mkdir(parents=True, exist_ok=True)
        written = [_write(source, course, e, [t for t in tests if t.exercise == e.id]) for e in course.exercises]
        _write_helpers(source, course)
        header = new_notebook(cells=[new_markdown_cell(_HEADER.format(title=course.title), id="header")])
        nbformat.write(header, folder / "source" / "header.ipynb")
        (folder / "nbgrader_config.py").write_text(_config(course), encoding="utf-8")
    except OSError as error:
        raise GraderError(f"{folder}: the notebooks could not be written: {error.strerror}") from error
    return written


def criterion_points(exercise: Exercise, tests: list[TestSpec]) -> dict[str, float]:
    """What each criterion of an exercise is worth."""
    units = max_units(exercise, tests)
    sums: dict[str, int] = defaultdict(int)
    for test in tests:
        sums[test.criterion] += units[test.id]
    return {criterion: points(total) for criterion, total in sums.items()}


def grade_id(exercise: str, criterion: str) -> str:
    """The grade id of the cell for a criterion."""
    return f"{exercise}-tests-{criterion}"


def _config(course: Course) -> str:
    """The steps by name: nbgrader goes on with its own steps, which run students' code, if this file cannot be run."""
    text = _CONFIG.read_text(encoding="utf-8")
    values = {"course_id": repr(course.assignment), "course_file": repr(str(course.file.resolve()))}
    for name, steps in (("sanitize", SANITIZE), ("autograde", AUTOGRADE)):
        values[name] = "[\n" + "".join(f'    "{step}",\n' for step in steps) + "]"
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _write(source: Path, course: Course, exercise: Exercise, tests: list[TestSpec]) -> Path:
    cells = [*_text_cells(course, exercise), *_code_cells(course, exercise), _public_tests(exercise)]
    cells += [*_plots(course, exercise), *_graded_cells(course, exercise, tests)]
    for number, cell in enumerate(cells):
        cell["id"] = f"{exercise.id}-{number}".replace("_", "-")
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata["language_info"] = {"name": "python"}
    path = source / f"{exercise.id}.ipynb"
    nbformat.write(notebook, path)
    return path


def _solution(course: Course, exercise: Exercise) -> tuple[str, ast.Module]:
    text = course.solution(exercise.id).read_text(encoding="utf-8")
    return text, ast.parse(text)


def _text_cells(course: Course, exercise: Exercise) -> Iterator[Any]:
    _, tree = _solution(course, exercise)
    folder = course.solutions_dir / "notebook"
    formulas = yaml.safe_load((folder / "formulas.yaml").read_text("utf-8")) if folder.is_dir() else {}
    pictures = _pictures(folder / "pictures.py").get(exercise.id, {})
    for section in sections(ast.get_docstring(tree, clean=False) or exercise.title, formulas):
        cell = new_markdown_cell(section.body)
        if section.heading in pictures:
            draw = pictures[section.heading]
            cell.source += f"\n![{inspect.getdoc(draw) or section.heading}](attachment:picture.png)\n"
            cell["attachments"] = {"picture.png": {"image/png": _png(draw())}}
        yield cell


def _code_cells(course: Course, exercise: Exercise) -> Iterator[Any]:
    """A cell for what stands before the first definition, then one per definition."""
    text, tree = _solution(course, exercise)
    lines = text.splitlines()
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    ahead: list[str] = []
    starts = [min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) for node in body]
    for node, start, following in zip(body, starts, [*starts[1:], len(lines) + 1], strict=True):
        source = "\n".join(lines[start - 1 : following - 1]).rstrip()  # comments at a definition's end are its own
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            ahead.append(source)
            continue
        if ahead:
            yield new_code_cell("\n".join(ahead))
            ahead = []
        cell = new_code_cell(source)
        if BEGIN in source:
            cell.metadata["nbgrader"] = _marks(f"{exercise.id}-{node.name}", solution=True)
        yield cell
    if ahead:
        yield new_code_cell("\n".join(ahead))


def _public_tests(exercise: Exercise) -> Any:
    cell = new_code_cell(
        f'from course_notebook import run_public_tests\n\nrun_public_tests("{exercise.id}", globals())'
    )
    cell.metadata["nbgrader"] = _marks(f"{exercise.id}-public-tests", locked=True)
    return cell


def _plots(course: Course, exercise: Exercise) -> list[Any]:
    path = course.solutions_dir / "notebook" / "plots" / f"{exercise.id}.py"
    return [new_code_cell(path.read_text(encoding="utf-8").rstrip())] if path.is_file() else []


def _graded_cells(course: Course, exercise: Exercise, tests: list[TestSpec]) -> Iterator[Any]:
    """A cell per criterion; what it holds hands the notebook to the grader, and is taken out of the release."""
    for criterion, worth in criterion_points(exercise, tests).items():
        source = f"# Hidden tests: {course.criteria[criterion]}. The grader fills in the points.\n"
        source += "### BEGIN HIDDEN TESTS\nfrom grader.notebooks.kernel import earned_points\n\n"
        source += f'earned_points("{exercise.id}", "{criterion}")\n### END HIDDEN TESTS'
        cell = new_code_cell(source)
        cell.metadata["nbgrader"] = _marks(grade_id(exercise.id, criterion), locked=True, worth=worth)
        yield cell


def _marks(name: str, *, solution: bool = False, locked: bool = False, worth: float | None = None) -> dict[str, Any]:
    marks: dict[str, Any] = {"schema_version": 3, "grade_id": name, "locked": locked, "solution": solution}
    marks |= {"grade": worth is not None, "task": False}
    return marks if worth is None else {**marks, "points": worth}


def _write_helpers(source: Path, course: Course) -> None:
    """Public tests and what runs them, without the stubs: here the notebooks take their place."""
    stubs = {f"{exercise.id}.py" for exercise in course.exercises}
    for name, text in handout(course).items():
        if name not in stubs and name not in ("README.md", "train.py"):
            (source / name).parent.mkdir(exist_ok=True)
            more = _REQUIREMENTS if name == "requirements.txt" else ""
            (source / name).write_text(text + more, encoding="utf-8")
    for path in _HANDOUT.glob("*.py"):
        shutil.copy(path, source / path.name)
    shutil.copy(modules.__file__, source / "notebook_modules.py")


def _pictures(path: Path) -> Mapping[str, Mapping[str, Any]]:
    spec = importlib.util.spec_from_file_location("course_pictures", path) if path.is_file() else None
    if spec is None or spec.loader is None:
        return {}
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pictures: Mapping[str, Mapping[str, Any]] = module.PICTURES
    return pictures


def _png(figure: Any) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80, metadata={"Software": None})
    return base64.b64encode(buffer.getvalue()).decode()
