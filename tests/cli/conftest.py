"""A course of two small exercises that have nothing to do with convolution."""

from __future__ import annotations

from pathlib import Path

import pytest

COURSE = """\
schema_version: 1
title: Arithmetic
total_points: 10
isolation: restricted
paths: {exercises: exercises, solutions: solutions, suites: suites, bank: bank}
limits: {call_cpu_s: 1, call_wall_s: 3, job_cpu_s: 20, output_mb: 1}
criteria:
  values: right values
  gradients: right gradients
  implementation: from scratch
forbidden_operations:
  multiplication: {description: built-in products, operators: "^mul$", python: []}
exercises:
  - id: scale
    title: Scaling
    points: 7
    forbidden: [multiplication]
    criteria_points: {gradients: 2}
  - id: shift
    title: Shifting
    points: 3
"""
SCALE = """\
def scale(x, n):
    ### BEGIN SOLUTION
    return sum([x] * n)
    ### END SOLUTION
"""
SHIFT = """\
def shift(x, by):
    ### BEGIN SOLUTION
    return x + by
    ### END SOLUTION
"""
TEST_SCALE = '''\
import pytest
import torch
from grader.testing import Mistake, assert_close, check, criterion, hint

@criterion("values", weight=2)
@hint("add x to itself", "Scaling")
@pytest.mark.parametrize("n", [2, 3])
def test_values(student, reference, rng, n):
    """scale multiplies"""
    x = torch.randn(3, generator=rng)
    assert_close(student.scale(x, n), reference.scale(x, n), "wrong product", mistakes=[Mistake(x + n, "it adds n")])

@criterion("gradients")
def test_gradients(student, rng):
    """gradients are n"""
    x = torch.randn(3, generator=rng, requires_grad=True)
    y = student.scale(x, 4)
    check(y.requires_grad, "the graph is cut")
    y.backward(torch.ones(3))
    assert_close(x.grad, torch.full((3,), 4.0), "wrong gradient")

@criterion("implementation")
def test_from_scratch(restricted_student, reference):
    """no built-in product"""
    x = torch.ones(3)
    try:
        y = restricted_student.scale(x, 2)
    finally:
        check(not restricted_student.forbidden_calls, "it multiplies")
    assert_close(y, reference.scale(x, 2), "wrong without products")
'''
TEST_SHIFT = '''\
import torch
from grader.testing import assert_close, criterion

@criterion("values")
def test_shift(student, rng):
    """shift adds"""
    x = torch.randn(3, generator=rng)
    assert_close(student.shift(x, 1.5), x + 1.5, "wrong sum")

@criterion("values")
def test_secret(student):
    """the answer is kept"""
    assert student.shift(torch.tensor([41.0]), 1.0).item() == 42.0
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The folder of a small course."""
    from grader.stubs import make_stub

    files = {
        "course.yaml": COURSE,
        "solutions/scale.py": SCALE,
        "solutions/shift.py": SHIFT,
        "suites/test_scale.py": TEST_SCALE,
        "suites/test_shift.py": TEST_SHIFT,
        "exercises/scale.py": make_stub(SCALE),
        "exercises/shift.py": make_stub(SHIFT),
        "exercises/test_scale.py": "def test_nothing(): pass\n",
        "exercises/test_shift.py": "def test_nothing(): pass\n",
    }
    for name, text in files.items():
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "course"


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    """An empty folder for a class."""
    folder = tmp_path / "class"
    folder.mkdir()
    return folder


def write(folder: Path, **modules: str | bytes) -> Path:
    """A submission: module name → source."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in modules.items():
        content = source if isinstance(source, bytes) else source.encode()
        (folder / f"{name}.py").write_bytes(content)
    return folder
