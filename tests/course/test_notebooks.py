"""The course's own notebooks: formulas and pictures find their places, plots run, nothing hidden is handed out."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from matplotlib.mathtext import MathTextParser
from traitlets.config import Config

from grader.course import load_course
from grader.errors import GraderError
from grader.notebooks import modules
from grader.notebooks.build import _config, write_course
from grader.notebooks.collect import collected_tests
from grader.notebooks.modules import module_source
from grader.notebooks.steps import AUTOGRADE, SANITIZE
from grader.notebooks.text import sections

ROOT = Path(__file__).resolve().parent.parent.parent
COURSE = load_course(ROOT / "course.yaml")
FOLDER = COURSE.solutions_dir / "notebook"
TEXTS = {
    e.id: ast.get_docstring(ast.parse(COURSE.solution(e.id).read_text()), clean=False) or "" for e in COURSE.exercises
}
FORMULAS = yaml.safe_load((FOLDER / "formulas.yaml").read_text())


@pytest.mark.parametrize("line", FORMULAS)
def test_every_formula_stands_in_a_text_and_can_be_typeset(line):
    assert sum(line in [part.strip() for part in text.splitlines()] for text in TEXTS.values()) == 1
    latex = FORMULAS[line].replace(r"\text", r"\mathrm").replace("''", "'").replace(r"\_", "")
    MathTextParser("path").parse(f"${latex}$")
    assert not re.search(r"\\text\{[^}]*\\", FORMULAS[line])  # MathJax shows a backslash within \text


def test_every_picture_has_its_section():
    spec = importlib.util.spec_from_file_location("pictures", FOLDER / "pictures.py")
    pictures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pictures)
    for exercise, drawn in pictures.PICTURES.items():
        headings = {section.heading for section in sections(TEXTS[exercise], {})}
        assert drawn.keys() <= headings
        for draw in drawn.values():
            assert draw().axes[0].has_data() or draw().axes[0].patches


@pytest.mark.parametrize("exercise", TEXTS)
def test_examples_are_not_wider_than_a_page(exercise):
    blocks = [re.findall(r"```text\n(.*?)```", s.body, re.DOTALL) for s in sections(TEXTS[exercise], FORMULAS)]
    assert max((len(line) for found in blocks for block in found for line in block.splitlines()), default=0) <= 94


@pytest.mark.parametrize("plot", sorted(path.stem for path in (FOLDER / "plots").glob("*.py")))
def test_plots_run_on_the_reference(plot, monkeypatch):
    monkeypatch.syspath_prepend(COURSE.solutions_dir)
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "show", plt.close)
    source = COURSE.solution(plot).read_text() + (FOLDER / "plots" / f"{plot}.py").read_text()
    exec(compile(source, plot, "exec"), {"__name__": plot})


def test_the_report_of_public_tests_is_shown_in_one_piece(monkeypatch):
    monkeypatch.setitem(sys.modules, "notebook_modules", modules)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    path = ROOT / "grader" / "notebooks" / "handout" / "course_notebook.py"
    spec = importlib.util.spec_from_file_location("course_notebook", path)
    helpers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(helpers)
    monkeypatch.setattr(pytest, "main", lambda _arguments: [print(".", end="", flush=True) for _ in range(9)])
    pieces = []
    shown = io.StringIO()
    monkeypatch.setattr(shown, "write", pieces.append)
    with contextlib.redirect_stdout(shown):
        helpers.run_public_tests("vjp", {"vjp": print})
    assert pieces[0] == "." * 9


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    return folder, write_course(COURSE, collected_tests(COURSE), folder)


def test_what_is_written_stays_and_names_the_steps(written, monkeypatch):
    folder, _ = written
    monkeypatch.setenv("GRADER_COURSE", "")
    with pytest.raises(GraderError, match="generate_assignment convnets --force"):
        write_course(COURSE, [], folder)
    config = Config()
    names = {"get_config": lambda: config}
    exec((folder / "nbgrader_config.py").read_text(), names)
    assert config.CourseDirectory.course_id == COURSE.assignment
    assert os.environ["GRADER_COURSE"] == str(COURSE.file)
    assert (config.Autograde.sanitize_preprocessors, config.Autograde.autograde_preprocessors) == (SANITIZE, AUTOGRADE)


def test_a_course_s_path_cannot_break_the_configuration(monkeypatch):
    monkeypatch.setenv("GRADER_COURSE", "")
    path = Path("/a folder/with \"quotes\" and 'others'/C:\\new/course.yaml")
    exec(_config(SimpleNamespace(assignment="course", file=path)), {"get_config": Config})
    assert os.environ["GRADER_COURSE"] == str(path)


def test_pictures_have_words_and_requirements_name_what_notebooks_need(written):
    folder, paths = written
    texts = [cell.source for path in paths for cell in nbformat.read(path, as_version=4).cells if "attachments" in cell]
    assert len(texts) == 8
    assert all(re.search(r"!\[[^]\n]{20,}\]\(attachment:picture.png\)", text) for text in texts)
    requirements = (folder / "source" / COURSE.assignment / "requirements.txt").read_text().splitlines()
    assert {"matplotlib", "notebook", "torch"} <= {line.partition(">")[0] for line in requirements}


def test_points_are_the_course_s(written):
    _, paths = written
    for exercise, path in zip(COURSE.exercises, paths, strict=True):
        cells = nbformat.read(path, as_version=4).cells
        graded = [cell.metadata.nbgrader for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]
        assert round(sum(marks["points"] for marks in graded), 4) == exercise.points
        ids = [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata]
        assert len(ids) == len(set(ids))


def test_a_completed_notebook_is_the_solution(written):
    """Solution cells hold all of the reference; as a module it defines the same names."""
    _, paths = written
    for exercise, path in zip(COURSE.exercises, paths, strict=True):
        tree = ast.parse(module_source(path.read_bytes()).source)
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        expected = ast.parse(COURSE.solution(exercise.id).read_text())
        assert defined == {node.name for node in expected.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
