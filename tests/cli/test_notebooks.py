"""The course as nbgrader assignments: released, filled in, graded in both ways, synced, exported."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from grader.notebooks.modules import NotNotebook, module_source
from grader.submissions import contents

ANSWERS = {
    "scale": "def scale(x, n):\n    return sum([x] * n)\n",
    "shift": "def shift(x, by):\n    return x + by\n",
}
WRONG = "def scale(x, n):\n    return sum([x] * (n + 1))\n"
FORGERY = """\
import builtins, IPython
shell = IPython.get_ipython()
if shell is not None:
    shell.input_transformers_post.append(lambda lines: ["7.0"])
import torch
torch.testing.assert_close = lambda *args, **kwargs: None
import sqlite3
try:
    connection = sqlite3.connect("../../../gradebook.db")
    connection.execute("update grade set manual_score = 100")
    connection.commit()
except Exception:
    pass
def scale(x, n):
    return x
"""


def notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


@pytest.mark.parametrize(
    ("cells", "kept", "left_out"),
    [
        (
            ["import torch", "X = torch.rand(3)", "def f(x): return torch.relu(x)", "f(X)"],
            ["import torch", "def f"],
            ["X =", "f(X)"],
        ),
        (["LIMIT = 3; print(LIMIT)", "def f(x): return x + LIMIT"], ["LIMIT = 3"], ["print"]),
        (
            ["TABLE = []", "for i in range(3): TABLE.append(i)", "def f(x): return TABLE[x]"],
            ["for i", "TABLE = []"],
            [],
        ),
        (["class A: pass", "def g(self): return 1\nA.f = g"], ["A.f = g"], []),
        (["@staticmethod\ndef f(x): return x"], ["@staticmethod\ndef f"], []),
        (["%%time\ndef f(x): return x"], ["def f"], ["%%"]),
        (
            ["!pip install torch\n%matplotlib inline\nfiles = !ls\ndef f(x):\n    %time y = x\n    return y"],
            ["y = x"],
            ["!", "%"],
        ),
        (["%%bash\nrm -rf /", "f = lambda x: x"], ["f = lambda"], ["rm"]),
        (["def f(x):\n    display(x)\n    return x"], ["def display"], []),
        (["def f(:", "def g(): return 1"], ["def g", "raise SyntaxError('cell 1, line 1"], []),
        (["net = make()\ntrain(net)", "def f(): net = 1; return net"], ["def f"], ["train", "make"]),
        (["COUNT = 0\ndef f():\n    global COUNT\n    COUNT += 1\n    return COUNT"], ["COUNT = 0"], []),
        (["if __name__ == '__main__':\n    def f(): pass\n    f()", "g = 1"], [], ["f()", "g = 1"]),
        (
            ["try:\n    from math import tau\nexcept ImportError:\n    tau = 6\ndef f(): return tau"],
            ["except ImportError"],
            [],
        ),
        (
            ["import a.b\nfrom c import d as e\nfrom f import *", "from google.colab import drive", "def f(): e(a.g)"],
            ["import a.b", "from c import d as e", "from f import *"],
            ["google"],
        ),
        (
            [
                "import course_notebook, torch as t",
                "from course_notebook import run_public_tests as r",
                "def f():\n    import course_notebook\n    return t.ones(run_public_tests('f', {}))",
            ],
            ["import torch as t", "def f():\n    pass\n", "def run_public_tests("],
            ["course_notebook"],
        ),
        (["def f():\n    return 1\n%timeit -n 10 \\\n   f()\n%time \\\n  f()\nx = 1"], ["def f"], ["timeit", "()\nx"]),
        (["def f(): return '\u2028\x0c'\ndef g(): return 2", "def h(): return 3"], ["def f", "def g", "def h"], []),
    ],
)
def test_what_of_a_notebook_is_a_module(cells, kept, left_out):
    source = module_source(notebook(*cells)).source
    compile(source, "module", "exec")
    for text in kept:
        assert text in source
    for text in left_out:
        assert text not in source


@pytest.mark.parametrize("cell", ["", "# only a remark", "%%bash\nls", "%%writefile a.py\ndef f(): pass", "\n\n"])
def test_cells_without_code_are_no_remark(cell):
    assert module_source(notebook(cell, "def f(): return 1")).notes == []


@pytest.mark.parametrize(
    "filler", ["\n", " ", " \n", "\t\n", "%\n", "a ", "a, ", "x.", "def ", "async \n", "?", "\\\n"]
)
def test_magics_are_found_in_linear_time(filler):
    code = "def f(: pass\n" + filler * (500_000 // len(filler)) + "x"
    start = time.process_time()
    assert len(module_source(notebook(code)).notes) <= 1
    assert time.process_time() - start < 2


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"cells": 3}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_notebook_says_why(content):
    with pytest.raises(NotNotebook):
        module_source(content)


def test_long_notebooks_take_no_longer_than_their_length():
    chain = "\n".join(f"x{n} = x{n + 1}" for n in range(4_900)) + "\nx4900 = 1\ndef f(): return x0\n"
    start = time.process_time()
    assert module_source(notebook(chain)).source.count(" = ") == 4_901
    assert time.process_time() - start < 10
    with pytest.raises(NotNotebook, match="too many parts"):
        module_source(b"[" + b"[]," * 5_000_000 + b"[]]")
    with pytest.raises(NotNotebook, match="characters of code"):
        module_source(notebook("x = 1\n" * 100_000))
    with pytest.raises(NotNotebook, match="5000 statements"):
        module_source(notebook("x\n" * 3000, "x;" * 3000))
    with pytest.raises(NotNotebook, match="5000 statements"):
        module_source(notebook("(\n" + "\n".join(f"def f{n}(" for n in range(6000))))


@pytest.mark.parametrize(
    "text",
    ["x = (" + "a," * 60_000 + ")", "(" * 190 + "a" + ")" * 190 + "\n", "x = a" + "[a]" * 500 + "\n", "f'{a}'\n"],
    ids=["one long", "brackets", "subscripts", "strings"],
)
def test_no_notebook_takes_long(text):
    code = text * (120_000 // len(text) or 1)
    start = time.process_time()
    with contextlib.suppress(NotNotebook):
        module_source(notebook(code))
    assert time.process_time() - start < 10


def test_notebooks_are_bounded_together(tmp_path, monkeypatch):
    monkeypatch.setattr(contents, "MAX_NOTEBOOK_BYTES", 3000)
    for number in range(5):
        (tmp_path / f"n{number}.ipynb").write_bytes(notebook("def f(): return 1", "# " + "x" * 1000))
    read = contents.read_contents(tmp_path, [f"n{number}" for number in range(5)])
    assert len(read.files) == 2
    assert len(read.refused) >= 3


def test_an_exercise_s_notebook_is_read_before_others_use_up_what_is_allowed(tmp_path):
    with zipfile.ZipFile(tmp_path / "s.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(60):
            archive.writestr(f"a{number}.ipynb", notebook("x\n" * 4_900))
        archive.writestr("huge.ipynb", notebook("x\n" * 50_000))
        archive.writestr("scale.ipynb", notebook("def scale(): return 1"))
    start = time.process_time()
    read = contents.read_contents(tmp_path / "s.zip", ["scale"])
    assert time.process_time() - start < 10
    assert read.notebooks >= {"scale"}
    assert not {"scale.py", "scale.ipynb"} & read.refused.keys()
    assert "too many statements" in read.refused["a30.ipynb"]
    assert "one file too many" in read.refused["a55.ipynb"]
    assert all(note.isprintable() for note in read.notes)


@pytest.mark.parametrize(
    "text", ["-" * 200_000 + "1", "f" + "()" * 50_000, "lambda:" * 50_000 + "1", "'\0'", "'\ud800'"]
)
def test_cells_that_no_parser_takes_cost_themselves_alone(text):
    module = module_source(notebook(f"x = {text}", "def f(): return 1"))
    assert "def f" in module.source
    assert len(module.notes) == 1


def test_old_notebooks_and_hostile_cells_are_read():
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["def f():\n", "    return 1\n"]}]}]}
    assert "def f" in module_source(json.dumps(old).encode()).source
    old["worksheets"].append({"cells": [{"cell_type": "code", "input": "def g():\n    return 2\n"}]})
    assert "def g" in module_source(json.dumps(old).encode()).source
    strange = {"cells": [3, {}, {"cell_type": "code", "source": 7}, {"cell_type": "code", "source": [1, "x = 1"]}]}
    assert module_source(json.dumps(strange).encode()).notes == []
    deep = notebook("x = " + "(" * 5000 + ")" * 5000, "def f(): return 1")
    assert "def f" in module_source(deep).source


@pytest.fixture
def nbgrader_course(grader, course, tmp_path):
    """A released nbgrader course, and how to run nbgrader in it."""
    folder = tmp_path / "nb"
    done = grader("notebooks", "--course", course, "--out", folder)
    assert done.returncode == 0, done.stderr

    def run(*arguments: str, status: int | None = 0) -> str:
        command = [str(Path(sys.executable).parent / "nbgrader"), *arguments]
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "JUPYTER_PREFER_ENV_PATH": "1"}
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=170, env=environment)
        assert status is None or ran.returncode == status, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    run("generate_assignment", "assignment")
    return folder, run


def hand_in(folder: Path, student: str, answers: dict[str, str], change: Any = None) -> Path:
    """Fills in the released notebooks' solution cells."""
    place = folder / "submitted" / student / "assignment"
    place.mkdir(parents=True)
    for name in ("scale", "shift"):
        released = nbformat.read(folder / "release" / "assignment" / f"{name}.ipynb", as_version=4)
        for cell in released.cells:
            if cell.metadata.get("nbgrader", {}).get("solution") and name in answers:
                cell.source = answers[name]
        if change is not None:
            released = change(released)
        nbformat.write(released, place / f"{name}.ipynb")
    return place


def class_of_eight(folder: Path) -> dict[str, float]:
    """Submissions of every kind, and the marks that they deserve."""

    def without_grades(released: Any) -> Any:
        released.cells = [cell for cell in released.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
        return released

    def turned_round(released: Any) -> Any:
        for cell in released.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                cell.source = "100.0"
        released.cells = released.cells[::-1]
        return released

    def doubled(released: Any) -> Any:
        released.cells += [nbformat.from_dict({**cell, "id": f"again{n}"}) for n, cell in enumerate(released.cells)]
        return released

    def with_foreign_cells(released: Any) -> Any:
        marks = {"schema_version": 3, "locked": False, "solution": False, "grade": True, "task": False, "points": 50}
        for cell in released.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.metadata.nbgrader["grade"] = True
        bonus = nbformat.v4.new_code_cell("50", metadata={"nbgrader": {**marks, "grade_id": "bonus"}})
        released.cells += [bonus, nbformat.v4.new_markdown_cell("<script>forge()</script>")]
        return released

    scripts = {
        "scale": "def scale(x, n):\n    raise ValueError('<img src=x onerror=forge()>')",
        "shift": ANSWERS["shift"],
    }
    hand_in(folder, "foreign", scripts, with_foreign_cells)
    hand_in(folder, "right", ANSWERS)
    hand_in(folder, "doubled", ANSWERS, doubled)
    hand_in(folder, "partly", {"scale": WRONG, "shift": ANSWERS["shift"]})
    hand_in(folder, "empty", {})
    hand_in(folder, "deleted", {"shift": ANSWERS["shift"]}, without_grades)
    hand_in(folder, "edited", ANSWERS, turned_round)
    hand_in(
        folder, "forger", {"scale": FORGERY, "shift": "import sys; print('w', file=sys.stderr)\n" + ANSWERS["shift"]}
    )
    whole = dict.fromkeys(("right", "doubled", "edited"), 10.0)
    return {**whole, **dict.fromkeys(("partly", "deleted", "forger", "foreign"), 3.0), "empty": 0.0}


def scores(folder: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        found = {s.student.id: round(s.score, 4) for s in gradebook.assignment_submissions("assignment")}
        assert not any(s.needs_manual_grade for s in gradebook.assignment_submissions("assignment"))
    return found


@pytest.mark.timeout(600)
@pytest.mark.slow
def test_both_ways_give_the_same_marks(grader, course, nbgrader_course, tmp_path):
    folder, nbgrader = nbgrader_course
    deserved = class_of_eight(folder)
    released = "".join(path.read_text() for path in (folder / "release").rglob("*.ipynb"))
    assert not re.search(r"SOLUTION|HIDDEN|earned_points|sum\(\[x\]", released)
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    nbgrader("release_assignment", "assignment", f"--Exchange.root={exchange}")
    assert len(list(exchange.glob("*/outbound/assignment/*.ipynb"))) == 2
    nbgrader("validate", "source/assignment/scale.ipynb", status=None)

    assert "Graded right: 10.00 of 10 points" in nbgrader("autograde", "assignment")
    assert scores(folder) == deserved
    nbgrader("generate_feedback", "assignment")
    pages = {path.parent.parent.name: path.read_text() for path in (folder / "feedback").glob("*/*/scale.html")}
    assert "wrong product" in pages["partly"]
    assert "&lt;script&gt;forge" in pages["foreign"]
    assert "&lt;img src=x" in pages["foreign"]
    assert not any("<script>forge" in page or "<img src=x" in page for page in pages.values())
    assert not any("test_values" in page or "torch.full" in page for page in pages.values())
    assert "RoundedExport" in nbgrader("export")
    rows = list(csv.DictReader((folder / "grades.csv").open()))
    assert {row["student_id"]: float(row["score"]) for row in rows} == deserved

    out = tmp_path / "results"
    done = grader("grade", folder / "submitted", "--course", course, "--out", out)
    assert done.returncode == 0, done.stderr
    graded = {path.parent.name: json.loads(path.read_text())["score"] for path in out.glob("*/result.json")}
    assert graded == deserved
    assert "scale.ipynb, cell" in (out / "foreign" / "feedback.md").read_text()
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions("assignment"):
            gradebook.remove_submission("assignment", submission.student.id)
    done = grader("notebooks", "--course", course, "--sync", folder / "gradebook.db", "--results", out)
    assert done.returncode == 0, done.stderr
    assert scores(folder) == deserved
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        comments = gradebook.find_submission_notebook("scale", "assignment", "partly").comments
        assert any("wrong product" in (comment.auto_comment or "") for comment in comments)

    (folder / "submitted" / "partly" / "assignment" / "shift.ipynb").unlink()
    part = tmp_path / "part"
    shutil.copytree(folder / "submitted" / "partly" / "assignment", part / "partly")
    options = ("--course", course, "--exercise", "scale", "--out", tmp_path / "of_scale")
    assert grader("grade", part, *options).returncode == 0
    done = grader(
        "notebooks", "--course", course, "--sync", folder / "gradebook.db", "--results", tmp_path / "of_scale"
    )
    assert done.returncode == 0, done.stderr
    assert scores(folder) == deserved  # what was not graded now stays


@pytest.mark.slow
def test_broken_notebooks_cost_nobody_else(grader, course, nbgrader_course, tmp_path):
    folder, _ = nbgrader_course
    hand_in(folder, "right", ANSWERS)
    place = hand_in(folder, "broken", ANSWERS)
    (place / "scale.ipynb").write_text("{not json")
    place = hand_in(folder, "nothing", ANSWERS)
    (place / "scale.ipynb").write_bytes(b"")
    place = hand_in(folder, "huge", ANSWERS)
    big = nbformat.read(place / "scale.ipynb", as_version=4)
    big.cells[-1]["outputs"] = [nbformat.v4.new_output("stream", text="x" * (100 << 20))]
    nbformat.write(big, place / "scale.ipynb")
    shutil.copy(place / "scale.ipynb", place / "scale-Copy1.ipynb")
    out = tmp_path / "results"
    done = grader("grade", folder / "submitted", "--course", course, "--out", out)
    assert done.returncode == 0, done.stderr
    results = {path.parent.name: json.loads(path.read_text()) for path in out.glob("*/result.json")}
    assert {name: result["score"] for name, result in results.items()} == {
        "right": 10,
        "broken": 3,
        "nothing": 3,
        "huge": 10,
    }
    assert "not JSON" in results["broken"]["exercises"][0]["tests"][0]["message"]
    assert "is empty" in results["nothing"]["exercises"][0]["tests"][0]["message"]
    done = grader("notebooks", "--course", course, "--sync", folder / "gradebook.db", "--results", out)
    assert done.returncode == 0, done.stderr
    assert f"hand out {out}/broken/feedback.md" in done.stdout
    assert "right: " not in done.stdout
    assert "huge/assignment/scale-Copy1.ipynb: not graded" in done.stdout
    assert scores(folder) == {"right": 10, "broken": 3, "nothing": 3, "huge": 10}
