"""The hidden suites' hints point into the stubs' texts."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from grader.course import load_course

COURSE = load_course(Path(__file__).resolve().parents[2] / "course.yaml")


def headings(name: str) -> set[str]:
    text = ast.get_docstring(ast.parse(COURSE.stub(name).read_text())) or ""
    return set(re.findall(r"^(.+)\n-{3,}$", text, re.MULTILINE))


@pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda exercise: exercise.id)
def test_every_hidden_test_has_a_hint_with_a_section_that_exists(exercise):
    known = headings(exercise.id)
    for node in [node for file in COURSE.suites(exercise.id) for node in ast.parse(file.read_text()).body]:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            calls = {
                c.func.id: c for c in node.decorator_list if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)
            }
            assert "hint" in calls, f"{node.name} has no hint"
            assert len(calls["hint"].args) == 2, f"the hint of {node.name} names no section"
            section = ast.literal_eval(calls["hint"].args[1])
            assert section in known, f"{node.name}: there is no section {section!r} in the stub"
