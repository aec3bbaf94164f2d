"""The students' side: stubs, public tests, and what `pytest` tells them."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import load_course
from grader.release import handout

ROOT = Path(__file__).resolve().parents[2]
COURSE = load_course(ROOT / "course.yaml")
IDS = [exercise.id for exercise in COURSE.exercises]


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As a student does, in a clean environment."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV"))}
    command = [sys.executable, "-m", "pytest", "--color=no", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=170, check=False
    )


@pytest.fixture
def folder(tmp_path):
    """The hand-out."""
    for name, text in handout(COURSE).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def solve(folder: Path, *ids: str) -> None:
    for name in ids:
        shutil.copy(COURSE.solution(name), folder / f"{name}.py")


def rows(output: str) -> dict[str, str]:
    """Exercise → state, from the table at the end."""
    return dict(re.findall(r"^  (\w+) +(done|failing|in progress|not started) +\d+ of \d+", output, re.MULTILINE))


def test_untouched_stubs_are_not_started(folder):
    done = run_pytest(folder)
    assert rows(done.stdout) == dict.fromkeys(IDS, "not started")
    assert list(rows(done.stdout)) == IDS
    assert "Traceback" not in done.stdout
    assert "NotImplementedError" not in done.stdout
    assert "Open next: vjp.py" in done.stdout
    assert done.returncode == 1


def test_the_references_pass(folder):
    solve(folder, *IDS)
    done = run_pytest(folder)
    assert rows(done.stdout) == dict.fromkeys(IDS, "done")
    assert done.returncode == 0


def test_what_a_student_in_the_middle_sees(folder):
    solve(folder, "vjp", "corr2d", "pooling")
    text = (folder / "corr2d.py").read_text()
    (folder / "corr2d.py").write_text(text.replace("K.flip(0, 1)", "K"))
    (folder / "lenet.py").write_text("def lenet(:\n")
    pooling = (
        (folder / "pooling.py")
        .read_text()
        .replace("    return pool2d_multi", "    raise NotImplementedError\n    return pool2d_multi")
    )
    (folder / "pooling.py").write_text(pooling)
    done = run_pytest(folder)
    states = rows(done.stdout)
    assert (states["vjp"], states["corr2d"], states["pooling"]) == ("done", "failing", "in progress")
    assert (states["lenet"], states["resnet"]) == ("failing", "not started")
    assert "Open next: corr2d.py" in done.stdout
    assert "SyntaxError" in done.stdout
    assert done.returncode == 1


def test_notebooks_are_not_sent_to_modules_that_they_do_not_have(folder):
    (folder / "vjp.py").rename(folder / "elsewhere.py")
    (folder / "vjp.ipynb").touch()
    done = run_pytest(folder, "test_vjp.py")
    assert "Go on in vjp.ipynb" in done.stdout
    assert "vjp.py, then run" not in done.stdout


def test_nothing_of_the_solutions_is_handed_out():
    """No line that only a solution has, no marker, no hidden suite, no grader."""
    files = handout(COURSE)
    assert set(files) >= {f"{name}.py" for name in IDS} | {f"test_{name}.py" for name in IDS} | {"README.md"}
    text = "\n".join(files.values())
    assert "SOLUTION" not in text
    assert not re.search(r"^\s*(from|import) (grader|solutions|reference)\b", text, re.MULTILINE)
    lines = {line.strip() for line in text.splitlines()}
    for name in IDS:
        inside = False
        for line in COURSE.solution(name).read_text().splitlines():
            inside = (inside or "### BEGIN" in line) and "### END" not in line
            if inside and len(line.strip()) > 25 and "###" not in line:
                assert line.strip() not in lines, f"{name}: {line}"
    for suite in COURSE.suites_dir.glob("*.py"):
        tests = {node.name for node in ast.walk(ast.parse(suite.read_text())) if isinstance(node, ast.FunctionDef)}
        assert suite.name not in {f"harness_{name}.py" for name in IDS} & set(files)
        assert tests.isdisjoint(re.findall(r"def (\w+)", files.get(suite.name, ""))) or suite.name in files


@pytest.mark.parametrize("name", IDS)
def test_the_text_teaches(name):
    """Every stub says how long it takes and how hard it is; every function says what it takes and returns."""
    tree = ast.parse(COURSE.stub(name).read_text())
    header = (ast.get_docstring(tree) or "").splitlines()[0]
    assert re.match(rf"Exercise {IDS.index(name) + 1}: .*\d+ minutes, (easy|medium|hard)$", header)
    assert re.search(r"[Ee]xample", ast.get_docstring(tree) or "")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            assert ast.get_docstring(node), node.name
