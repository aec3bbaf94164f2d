"""`grader grade`: what instructors run, from class folders to results."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SCALE, SHIFT, write

RIGHT = {"scale": SCALE, "shift": SHIFT}


def results(out: Path) -> dict[str, dict[str, Any]]:
    return {path.parent.name: json.loads(path.read_text()) for path in out.glob("*/result.json")}


def outcomes(result: dict[str, Any], exercise: str) -> dict[str, str]:
    found = next(e for e in result["exercises"] if e["id"] == exercise)
    return {test["id"]: test["outcome"] for test in found["tests"]}


def messages(result: dict[str, Any]) -> str:
    return "\n".join(test["message"] for e in result["exercises"] for test in e["tests"])


@pytest.fixture
def grade(grader, course, tmp_path):
    def run(*arguments, status=0, **kwargs):
        done = grader("grade", *arguments, "--course", course, "--out", tmp_path / "out", "--jobs", 1, **kwargs)
        assert done.returncode == status, done.stdout + done.stderr
        return done

    return run


def test_a_class(grade, submissions, course, tmp_path):
    """One run over everything that students hand in."""
    write(submissions / "ada", **RIGHT)
    write(submissions / "ben", scale=(course / "exercises/scale.py").read_text(), shift=SHIFT)
    write(submissions / "cleo", scale="def scale(x, n):\n    return x + n\n", shift=SHIFT)
    write(submissions / "dan", scale="def scale(x, n):\n    while True: pass\n", shift=SHIFT)
    write(submissions / "eve", scale="import os\ndef scale(x, n):\n    os._exit(0)\n", shift=SHIFT)
    write(submissions / "fay", scale="def scale(x, n:\n", shift=SHIFT)
    write(submissions / "gus" / "exercises", shift=SHIFT)
    write(submissions / "hal", scale="def scale(x, n):\n    return n * x\n", shift=b"\xff\xfe")
    write(submissions / "ida" / "homework" / "final", **RIGHT)
    with zipfile.ZipFile(submissions / "joe.zip", "w") as archive:
        archive.writestr("joe/scale.py", SCALE)
        archive.writestr("joe/shift.py", SHIFT)
        archive.writestr("../../escaped.py", "x")
    (submissions / "kim").mkdir()
    (submissions / "lea.zip").write_bytes(b"PK\x03\x04 broken")
    done = grade(submissions)
    found = results(tmp_path / "out")
    scores = {name: result["score"] for name, result in found.items()}
    scores = {name: result["score"] for name, result in found.items()}
    full, half, none = dict.fromkeys(("ada", "ida", "joe"), 10), dict.fromkeys(("ben", "cleo", "dan"), 3), {"kim": 0}
    half |= dict.fromkeys(("eve", "fay", "gus"), 3)
    # hal multiplies where that is forbidden: values and gradients are right, the rest is not.
    assert scores == full | half | none | {"lea": 0, "hal": 6}
    assert set(outcomes(found["dan"], "scale").values()) == {"timeout"}
    assert set(outcomes(found["eve"], "scale").values()) == {"crashed"}
    statuses = {name: [e["status"] for e in result["exercises"]] for name, result in found.items()}
    assert statuses["ben"] == ["not_started", "graded"]
    assert statuses["fay"] == ["import_error", "graded"]
    assert statuses["gus"] == ["missing", "graded"]
    assert statuses["hal"] == ["graded", "import_error"]
    assert statuses["kim"] == ["missing", "missing"]
    assert found["lea"]["status"] == "unreadable"
    assert "it adds n" in messages(found["cleo"])
    assert "line 1" in messages(found["fay"])
    assert "it multiplies" in messages(found["hal"])
    assert not (tmp_path / "escaped.py").exists()
    rows = list(csv.DictReader((tmp_path / "out" / "grades.csv").open()))
    assert [row["submission"] for row in rows] == sorted(scores)
    assert {row["submission"]: float(row["score"]) for row in rows} == scores
    assert "ada" in done.stdout
    assert "isolation" in done.stdout


def test_the_result_has_the_documented_shape(grade, submissions, tmp_path):
    write(submissions / "ada", **RIGHT)
    grade(submissions / "ada", "--seed", 7)
    result = results(tmp_path / "out")["ada"]
    assert {"schema_version", "submission", "course", "status", "score", "max_score", "duration_s"} <= result.keys()
    assert {"python", "torch", "device", "dataset", "isolation"} <= result["environment"].keys()
    assert (result["schema_version"], result["submission"], result["course"]) == (1, "ada", "Arithmetic")
    assert result["environment"]["seed"] == 7
    test = result["exercises"][0]["tests"][0]
    assert test.keys() == {"id", "title", "criterion", "score", "max_score", "outcome", "message", "duration_s"}
    assert test["id"] == "test_values[2]"
    assert sum(t["max_score"] for t in result["exercises"][0]["tests"]) == pytest.approx(7)
    by_criterion = [t["max_score"] for t in result["exercises"][0]["tests"]]
    assert by_criterion == [2, 2, 2, 1]


def test_feedback_tells_and_hides(grade, submissions, tmp_path):
    write(submissions / "bob", scale="def scale(x, n):\n    return x + n\n", shift="def shift(x, by):\n    return x\n")
    grade(submissions / "bob")
    feedback = (tmp_path / "out" / "bob" / "feedback.md").read_text()
    assert "it adds n. Hint: add x to itself (see “Scaling” in the exercise's text)" in feedback
    assert "the check “the answer is kept” failed" in feedback
    for hidden in ("42", "41.0", "assert", "Traceback"):
        assert hidden not in feedback


def test_unchanged_submissions_are_not_run_again(grade, submissions, tmp_path):
    write(submissions / "ada", **RIGHT)
    write(submissions / "bob", **RIGHT)
    grade(submissions)
    before = {name: result["environment"]["seed"] for name, result in results(tmp_path / "out").items()}
    write(submissions / "bob", shift="def shift(x, by):\n    return x - by\n")
    grade(submissions)
    after = results(tmp_path / "out")
    assert after["ada"]["environment"]["seed"] == before["ada"]
    assert after["bob"]["score"] == 7
    grade(submissions, "--force")
    assert results(tmp_path / "out")["ada"]["environment"]["seed"] != before["ada"]


def test_exercises_and_criteria_can_be_chosen(grade, submissions, tmp_path):
    write(submissions / "ada", **RIGHT)
    grade(submissions / "ada", "--exercise", "scale", "--skip", "gradients", "--skip", "implementation")
    result = results(tmp_path / "out")["ada"]
    assert [e["id"] for e in result["exercises"]] == ["scale"]
    assert set(outcomes(result, "scale")) == {"test_values[2]", "test_values[3]"}
    assert (result["score"], result["max_score"]) == (4, 4)


def test_the_same_seed_gives_the_same_marks_and_names_differ(grade, submissions, tmp_path):
    write(submissions / "one" / "ada", **RIGHT)
    write(submissions / "two" / "ada", **RIGHT)
    grade(submissions / "one" / "ada", submissions / "two" / "ada")
    assert set(results(tmp_path / "out")) == {"ada", "ada-2"}


STRANGE = {
    "symlink": lambda folder: (folder / "scale.py").symlink_to("/etc/hostname"),
    "symlink loop": lambda folder: (folder / "scale.py").symlink_to(folder / "scale.py"),
    "folder loop": lambda folder: (folder / "again").symlink_to(folder),
    "folder as module": lambda folder: write(folder / "scale.py", inner="x = 1"),
    "fifo": lambda folder: os.mkfifo(folder / "scale.py"),
    "null bytes": lambda folder: (folder / "scale.py").write_bytes(b"\0" * 100),
    "50 MB": lambda folder: (folder / "scale.py").write_bytes(b"#" * 50_000_000),
    "deep nesting": lambda folder: (folder / "scale.py").write_text("(" * 10_000),
    "own torch": lambda folder: (folder / "torch.py").write_text("raise SystemExit\n"),
    "own conftest": lambda folder: (folder / "conftest.py").write_text("raise SystemExit\n"),
    "stray files": lambda folder: [(folder / name).write_bytes(b"\xff") for name in ("a.bin", ".hidden", "b\udcff.py")],
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", STRANGE)
def test_strange_submissions_cost_nobody_else(grade, submissions, tmp_path, kind):
    write(submissions / "ada", **RIGHT)
    write(submissions / "zoe", shift=SHIFT)
    STRANGE[kind](submissions / "zoe")
    grade(submissions)
    found = results(tmp_path / "out")
    assert found["ada"]["score"] == 10
    assert found["zoe"]["score"] == 3
    assert (tmp_path / "out" / "zoe" / "feedback.md").read_text()


def test_a_zip_bomb_is_not_unpacked(grade, submissions, tmp_path):
    with zipfile.ZipFile(submissions / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scale.py", SCALE)
        archive.writestr("shift.py", SHIFT)
        with archive.open("big.bin", "w", force_zip64=True) as file:
            for _ in range(300):
                file.write(bytes(1 << 20))
    grade(submissions)
    result = results(tmp_path / "out")["bomb"]
    assert result["score"] == 10
    assert "big.bin is too large" in " ".join(result["notes"])


BROKEN = {
    "unknown key": (
        "    title: Shifting",
        "    titel: Shifting",
        r"course.yaml:20: exercises.1.titel: there is no such key here",
    ),
    "wrong type": ("points: 7", "points: many", r"course.yaml:\d+: exercises.0.points: .*number"),
    "duplicate id": ("- id: shift", "- id: scale", r"used twice"),
    "wrong sum": ("points: 3", "points: 4", r"course.yaml:3: total_points: the exercises' points sum to 11, not to 10"),
    "missing suite": ("- id: shift", "- id: rotate", r"there is no suites/test_rotate.py"),
    "unknown operation": ("forbidden: [multiplication]", "forbidden: [division]", r"'division' is not listed"),
    "bad expression": ('"^mul$"', '"("', r"no regular expression"),
    "no YAML": ("criteria:", "criteria: [", r"course.yaml:\d+: this is no YAML"),
    "key twice": ("title: Arithmetic", "title: a\ntitle: b", r"course.yaml:3: title: this key stands here twice"),
    "bad limit": ("points: 3", "points: 3\n    limits: {call_cpu_s: -1}", r"exercises.1.limits.call_cpu_s"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_course_is_one_sentence(grade, submissions, course, case):
    old, new, pattern = BROKEN[case]
    path = course / "course.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    write(submissions / "ada", **RIGHT)
    done = grade(submissions, status=2)
    assert re.search(pattern, done.stderr), done.stderr
    assert done.stderr.startswith("grader: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_broken_suite_is_the_authors_fault(grade, submissions, course):
    (course / "suites" / "test_shift.py").write_text("import no_such_thing\n")
    write(submissions / "ada", **RIGHT)
    done = grade(submissions, status=2)
    assert "test_shift.py cannot be collected" in done.stderr
    assert "no_such_thing" in done.stderr


def test_a_test_that_fails_by_itself_is_reported_as_the_graders_fault(grade, submissions, course, tmp_path):
    suite = course / "suites" / "test_shift.py"
    suite.write_text(suite.read_text().replace("x = torch.randn(3, generator=rng)", "x = torch.no_such_function()"))
    write(submissions / "ada", **RIGHT)
    done = grade(submissions, status=1)
    assert "no_such_function" in done.stderr
    result = results(tmp_path / "out")["ada"]
    assert "not your fault" in messages(result)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "there is no such file or folder"),
        (["n" * 300], "File name too long"),
        (["--exercise", "rotate", "."], "there is no such one"),
        (["--skip", "style", "."], "there is no such one"),
        ([], "Missing argument"),
        (["--jobs", "0", "."], "Invalid value"),
    ],
)
def test_wrong_usage_exits_with_2(grader, course, tmp_path, arguments, sentence):
    done = grader("grade", *arguments, "--course", course, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert sentence in done.stderr


def test_an_output_directory_in_use_is_refused(grade, submissions, course, tmp_path):
    write(submissions / "ada", scale="import time\ntime.sleep(2)\n" + SCALE, shift=SHIFT)
    command = [sys.executable, "-m", "grader", "grade", submissions, "--course", course, "--out", tmp_path / "out"]
    first = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    while not (tmp_path / "out" / ".grader" / "lock").exists():
        time.sleep(0.05)
    time.sleep(0.3)
    done = grade(submissions, status=2)
    assert "another run is writing here" in done.stderr
    assert first.wait(60) == 0
    assert results(tmp_path / "out")["ada"]["score"] == 10


def test_an_unwritable_output_directory_is_refused(grader, course, submissions, tmp_path):
    (tmp_path / "file").write_text("")
    write(submissions / "ada", **RIGHT)
    done = grader("grade", submissions, "--course", course, "--out", tmp_path / "file" / "out")
    assert done.returncode == 2
    assert "cannot be written to" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_run_goes_on(grade, submissions, course, tmp_path, how):
    for number in range(30):
        write(submissions / f"s{number:02}", scale="import time\ntime.sleep(0.3)\n" + SCALE, shift=SHIFT)
    command = [sys.executable, "-m", "grader", "grade", submissions, "--course", course, "--out", tmp_path / "out"]
    running = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # in a shell's background it is ignored
    )
    while len(results(tmp_path / "out")) < 3:
        time.sleep(0.1)
    running.send_signal(how)
    running.wait(30)
    finished = {name: result["environment"]["seed"] for name, result in results(tmp_path / "out").items()}
    assert 3 <= len(finished) < 30
    grade(submissions)
    again = results(tmp_path / "out")
    assert all(result["score"] == 10 for result in again.values())
    assert len(again) == 30
    assert sum(again[name]["environment"]["seed"] == seed for name, seed in finished.items()) >= len(finished) - 1


def test_the_main_process_needs_no_torch(course, submissions, tmp_path):
    """It would cost seconds and hundreds of megabytes, whatever the size of the class."""
    write(submissions / "ada", **RIGHT)
    arguments = ["grade", submissions, "--course", course, "--out", tmp_path / "out"]
    code = (
        "import sys\nfrom grader.cli import main\n"
        f"try:\n    main({[str(argument) for argument in arguments]!r})\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "sys.exit('torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert results(tmp_path / "out")["ada"]["score"] == 10


def test_what_torch_does_not_implement_is_no_unwritten_function(grade, submissions, tmp_path):
    write(
        submissions / "ada", scale="import torch\ndef scale(x, n):\n    return torch.ones(2, dtype=torch.int8).mean()\n"
    )
    write(submissions / "ben", scale="def scale(x, n):\n    raise NotImplementedError\n")
    grade(submissions, "--exercise", "scale")
    messages = {
        name: " ".join(test["message"] for test in result["exercises"][0]["tests"])
        for name, result in results(tmp_path / "out").items()
    }
    assert "not written yet" not in messages["ada"]
    assert "not written yet" in messages["ben"]
