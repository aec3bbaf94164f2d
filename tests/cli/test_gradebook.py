"""What of a submitted notebook nbgrader stores and shows, and what of results comes into its gradebook."""

from __future__ import annotations

import csv
import html
import logging
from types import SimpleNamespace

import nbformat
import pytest
from nbconvert.filters import markdown2html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.plugins import CsvExportPlugin

from grader.errors import GraderError
from grader.notebooks import sync
from grader.notebooks.export import RoundedExport
from grader.notebooks.gradebook import check_worth, ungraded_kept
from grader.notebooks.grades import cell_grades, exercise_comment
from grader.notebooks.literal import literal
from grader.notebooks.places import named_by_cell
from grader.notebooks.progress import LogListener
from grader.notebooks.sanitize import course_marks, plain_notebook
from grader.notebooks.steps import AUTOGRADE, SANITIZE
from grader.results import ExerciseResult, TestResult
from grader.submissions import read_contents

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1)) ![b](evil.svg)",
    "$\\href{javascript:alert(1)}{x}$ $$y$$",
    "$$\n```\n$$ <b>",
    "```\n<script>alert(1)</script>\n```",
    "``````\n~~~\n<svg onload=alert(1)>",
    "\r```\r<script>",
    "    ```\n> - <b>\n\n\n# x\n[r]: javascript:alert(1)\n[r]",
    "\\begin{a}<script>\\end{a}",
    "\u2028```\x0c```\u0085<b>\0",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_text_of_students_is_shown_and_no_markup(text):
    shown = markdown2html(literal(text))
    body = shown.strip().removeprefix("<pre><code>").removesuffix("</code></pre>")
    assert shown.strip() == f"<pre><code>{body}</code></pre>"
    assert not set("<>") & set(body)
    wanted = html.unescape(body).rstrip("\n")
    assert wanted.split() == text.replace("\0", "\ufffd").split() or wanted.split() == text.split()


def released() -> tuple[SimpleNamespace, nbformat.NotebookNode]:
    """An assignment's notebook in the gradebook, and as it was released."""
    cell = SimpleNamespace(name="f-f", cell_type="code", locked=False)
    tests = SimpleNamespace(name="f-tests", cell_type="code", locked=True, max_score=3.0)
    notebook = SimpleNamespace(grade_cells=[tests], task_cells=[], solution_cells=[cell], source_cells=[cell, tests])
    text = new_markdown_cell("# Title\n\n<b>ours</b>", attachments={"a.png": {"image/png": "AAAA"}})
    cells = [text, new_code_cell("def f(): raise"), new_code_cell("# tests")]
    cells[1].metadata["nbgrader"] = {"grade_id": "f-f", "schema_version": 3}
    cells[2].metadata["nbgrader"] = {"grade_id": "f-tests", "schema_version": 3}
    return notebook, new_notebook(cells=cells)


def test_submitted_notebooks_keep_the_text_of_their_cells_alone():
    notebook, nb = released()
    texts = [nb.cells[0].copy()]
    nb.cells[0]["attachments"] = {"a.png": {"text/html\"onerror='x'": "<script>"}}
    nb.metadata["title"] = "</script><script>alert(1)</script>"
    nb.cells[1]["outputs"] = [new_output("display_data", {"text/html": "<script>alert(1)</script>"})]
    nb.cells[1].metadata["tags"] = ['"><script>']
    nb.cells += [new_markdown_cell(a) for a in ATTACKS]
    nb.cells += [new_raw_cell(ATTACKS[0], metadata={"raw_mimetype": "text/html"}), {"cell_type": "x", "source": 3}]
    plain = plain_notebook(nb, course_marks(notebook), texts)
    nbformat.validate(plain)
    assert [c.source for c in plain.cells[:3]] == [c.source for c in nb.cells[:3]]
    assert plain.cells[0].attachments == {"a.png": {"image/png": "AAAA"}}
    assert plain.cells[1].outputs == []
    assert all(c.metadata.keys() <= {"nbgrader"} and c.cell_type != "raw" for c in plain.cells)
    assert [c.source for c in plain.cells[3:]] == [literal(a) for a in [*ATTACKS, ATTACKS[0], ""]]
    assert plain.metadata.keys() == {"language_info"}


def test_nbgrader_s_marks_are_the_course_s_whatever_was_handed_in():
    notebook, nb = released()
    nb.cells[1].metadata["nbgrader"] |= {"grade": True, "locked": True, "schema_version": 9}
    nb.cells[1]["cell_type"] = "markdown"
    strange = [{"grade_id": "g-g"}, {"grade_id": "f-f"}, {"grade_id": ["f-f"], "grade": True}, "f-f", {}]
    nb.cells[:0] = [nbformat.from_dict({**new_code_cell("1"), "metadata": {"nbgrader": mark}}) for mark in strange]
    plain = plain_notebook(nb, course_marks(notebook), [])
    MetadataValidator().validate_nb(plain)
    marks = [cell.metadata.get("nbgrader") for cell in plain.cells]
    assert marks[:6] == [None] * 6
    assert {**marks[6], "cell_type": ""} == {
        "schema_version": 3, "grade_id": "f-f", "locked": False, "cell_type": "",
        "grade": False, "solution": True, "task": False,
    }  # fmt: skip
    assert marks[7]["points"] == 3.0
    assert plain.cells[6].cell_type == "code"


def result(*tests: tuple[str, str, str], criterion: str = "values", worth: float = 1.0) -> ExerciseResult:
    made = [
        TestResult(
            id=id_, title=title, criterion=criterion, score=0, max_score=worth, message=message, duration_s=0,
            outcome="failed" if message else "passed",
        )
        for id_, title, message in tests
    ]  # fmt: skip
    return ExerciseResult(id="f", score=0, max_score=worth * len(made), status="graded", tests=made)


def test_comments_say_once_what_failed_and_where():
    cases = [("a[1]", "a works [1]", "not written yet"), ("a[2]", "a works [2]", "not written yet")]
    comment = exercise_comment(result(*cases, ("b", "b works", "not written yet"), ("c", "c works", "")))
    assert comment == literal("- not written yet\n  - a works\n  - b works")
    assert exercise_comment(result(*cases, ("b", "b works", "wrong"))) == literal(
        "- a works: not written yet\n- b works: wrong"
    )
    assert exercise_comment(result(*cases)) == literal("- not written yet")
    assert exercise_comment(result(("c", "c works", ""))) is None
    assert "<b>" not in markdown2html(exercise_comment(result(("a", "a", "ValueError: <b>\n\n<b>"))))


def test_what_students_read_fits_nbgrader_s_pages():
    tests = [("a", "a works", "word " * 40), ("b", "b works", "x" * 200)]
    text = cell_grades(result(*tests))["f-tests-values"].text
    for shown in (text, exercise_comment(result(*tests))):
        lines = [line for line in shown.splitlines() if "xxx" not in line]
        assert max(map(len, lines)) <= 88
        assert shown.count("word") == 40
        assert "x" * 200 in shown
    assert text.splitlines()[0].startswith("✗ a works: word word")
    assert text.splitlines()[1].startswith("  word")


def test_messages_name_cells_where_notebooks_were_handed_in(tmp_path):
    nb = new_notebook(cells=[new_markdown_cell("#"), new_code_cell("def g(): 1"), new_code_cell("def f():\n    1 / 0")])
    nbformat.write(nb, tmp_path / "f.ipynb")
    nbformat.write(nb, tmp_path / "h.ipynb")
    (tmp_path / "h.py").write_text("")
    sources = read_contents(tmp_path, ["f", "h"]).notebook_sources()
    message = "f.py could not be imported (f.py, line 6, in f: 1 / 0); h.py, line 3; k.py; f.py, line 1"
    (test,) = named_by_cell(result(("a", "a", message)), sources).tests
    expected = "f.ipynb could not be imported (f.ipynb, cell 3, in f: 1 / 0); h.py, line 3; k.py; f.ipynb, cell 2"
    assert test.message == expected


def test_results_of_another_version_of_the_course_are_refused():
    graded = SimpleNamespace(grade_cells=[SimpleNamespace(name="f-tests-values", max_score=2.0)])
    check_worth(graded, result(("a", "a", ""), ("b", "b", "")))
    with pytest.raises(GraderError, match="worth 2 in the gradebook and 1 in the result"):
        check_worth(graded, result(("a", "a", "")))
    with pytest.raises(GraderError, match="not in the gradebook"):
        check_worth(graded, result(("a", "a", ""), criterion="other"))


def test_what_was_not_graded_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "any")  # it starts a program to find out
    url = f"sqlite:///{tmp_path}/gradebook.db"
    marks = {"cell_type": "code", "max_score": 1.0}

    def scores(change=None):
        with Gradebook(url) as gradebook:
            (notebook,) = gradebook.find_submission("course", "ada").notebooks
            for grade in notebook.grades:
                grade.auto_score = grade.auto_score if change is None else change
            gradebook.db.commit()
            return {grade.name: grade.auto_score for grade in notebook.grades}

    with Gradebook(url) as gradebook:
        gradebook.add_assignment("course")
        gradebook.add_notebook("f", "course")
        for name in ("f-tests-values", "f-tests-other"):
            gradebook.add_grade_cell(name, "f", "course", **marks)
    with ungraded_kept(url, "course", "ada", []):
        pass
    assert scores(0.5) == {"f-tests-values": 0.5, "f-tests-other": 0.5}
    with ungraded_kept(url, "course", "ada", [result(("a", "a", ""))]):
        scores(0.0)
    assert scores() == {"f-tests-values": 0.0, "f-tests-other": 0.5}


def test_a_sync_runs_no_code_of_students_whatever_the_configuration(tmp_path, monkeypatch):
    (tmp_path / "nbgrader_config.py").write_text(
        'get_config().Autograde.autograde_preprocessors = ["nbgrader.preprocessors.Execute"]'
    )
    used = []

    def api(_coursedir, config):
        used.append(config.Autograde)
        return SimpleNamespace(autograde=lambda *_names, force: {"success": force})

    monkeypatch.setattr(sync, "NbGraderAPI", api)
    assert sync._autograde(tmp_path, "course", "ada", tmp_path)
    assert used == [{"sanitize_preprocessors": SANITIZE, "autograde_preprocessors": AUTOGRADE}]


def test_exported_points_are_rounded(tmp_path, monkeypatch):
    def export(self, _gradebook):
        with open(self.to, "w") as file:
            file.write("student_id,score,max_score\n14.403500000000001,14.403500000000001,100\n")

    monkeypatch.setattr(CsvExportPlugin, "export", export)
    RoundedExport(to=str(tmp_path / "grades.csv")).export(None)
    (row,) = csv.DictReader((tmp_path / "grades.csv").open())
    assert row == {"student_id": "14.403500000000001", "score": "14.4035", "max_score": "100.0"}


def test_each_submission_is_a_line_in_the_log(caplog):
    with caplog.at_level(logging.INFO):
        LogListener(logging.getLogger("nbgrader")).finished(
            SimpleNamespace(submission="ada", score=2.5, max_score=10.0), False
        )
    assert caplog.messages == ["Graded ada: 2.50 of 10 points"]
