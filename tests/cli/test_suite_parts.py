"""A hidden suite in several files: one exercise, whose files share modules that no worker sees."""

from __future__ import annotations

import json

import pytest

from grader.course import load_course
from tests.cli.conftest import SCALE, SHIFT, write

CASES = "STEP = -1.5\n"
NEGATIVE = '''\
import torch
from cases_shift import STEP
from grader.testing import assert_close, criterion

@criterion("values")
def test_negative(student, rng):
    """shift subtracts"""
    x = torch.randn(3, generator=rng)
    assert_close(student.shift(x, STEP), x + STEP, "wrong difference")
'''
IN_HARNESS = '''
@criterion("values")
def test_harness(student, harness):
    """the harness works"""
    assert harness.step() == -1.5
'''
SHIFT_LEFT = "  - id: shift_left\n    title: Shifting left\n    points: 2\n"


@pytest.fixture
def in_parts(course):
    """The small course, `shift`'s suite in two files."""
    (course / "suites" / "cases_shift.py").write_text(CASES)
    (course / "suites" / "test_shift_negative.py").write_text(NEGATIVE)
    return course


@pytest.fixture
def grade_shift(grader, course, submissions, tmp_path):
    """Grades a `shift`: what the process gave, and the result of the exercise if there is one."""

    def run(source: str, *options: object):
        write(submissions / "ada", scale=SCALE, shift=source)
        arguments = ("--course", course, "--out", tmp_path / "out", "--exercise", "shift", "--jobs", 1, *options)
        done = grader("grade", submissions, *arguments)
        file = tmp_path / "out" / "ada" / "result.json"
        return done, json.loads(file.read_text())["exercises"][0] if file.exists() else None

    return run


def test_the_parts_are_graded_as_one_exercise(in_parts, grade_shift):
    done, exercise = grade_shift(SHIFT)
    assert done.returncode == 0, done.stderr
    assert exercise["id"] == "shift"
    assert exercise["score"] == 3
    assert [test["id"] for test in exercise["tests"]] == ["test_shift", "test_secret", "test_negative"]


def test_a_mistake_that_one_part_finds_costs_points_of_the_exercise(in_parts, grade_shift):
    _, exercise = grade_shift("def shift(x, by):\n    return x + abs(by)\n")
    outcomes = {test["id"]: test["outcome"] for test in exercise["tests"]}
    assert outcomes == {"test_shift": "passed", "test_secret": "passed", "test_negative": "failed"}
    assert exercise["score"] == 2


def test_two_tests_of_one_name_are_refused(in_parts, grade_shift):
    part = in_parts / "suites" / "test_shift_negative.py"
    part.write_text(NEGATIVE.replace("def test_negative", "def test_shift"))
    done, exercise = grade_shift(SHIFT)
    assert done.returncode == 2
    assert exercise is None
    assert done.stderr.startswith("grader: ")
    assert "test_shift_negative.py: 'test_shift.py' has a test named test_shift too" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_two_exercises_may_have_tests_of_one_name(in_parts, grader, submissions, tmp_path):
    part = in_parts / "suites" / "test_shift_negative.py"
    part.write_text(NEGATIVE.replace("def test_negative", "def test_from_scratch"))
    write(submissions / "ada", scale=SCALE, shift=SHIFT)
    done = grader("grade", submissions, "--course", in_parts, "--out", tmp_path / "out", "--jobs", 1)
    assert done.returncode == 0, done.stderr


def test_a_part_without_its_main_file_is_no_suite(in_parts, grade_shift):
    (in_parts / "suites" / "test_shift.py").unlink()
    done, _ = grade_shift(SHIFT)
    assert done.returncode == 2
    assert "there is no suites/test_shift.py for 'shift'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_student_code_cannot_import_what_the_parts_share(in_parts, grade_shift):
    done, exercise = grade_shift("def shift(x, by):\n    import cases_shift\n    return x + by\n")
    assert done.returncode == 0, done.stderr
    assert exercise["score"] == 0
    assert all("No module named 'cases_shift'" in test["message"] for test in exercise["tests"])


def test_nor_can_a_harness(in_parts, grade_shift):
    """Only harnesses are sent to a worker."""
    suites = in_parts / "suites"
    (suites / "harness_shift.py").write_text("def step():\n    from cases_shift import STEP\n    return STEP\n")
    (suites / "test_shift.py").write_text((suites / "test_shift.py").read_text() + IN_HARNESS)
    _, exercise = grade_shift(SHIFT)
    (test,) = (test for test in exercise["tests"] if test["id"] == "test_harness")
    assert test["outcome"] == "error"
    assert "No module named 'cases_shift'" in test["message"]


@pytest.mark.parametrize("left_out", [False, True], ids=["both in the course", "the longer one left out"])
def test_a_file_belongs_to_the_longest_id_that_fits(course, left_out):
    for name in "test_shift_left", "test_shift_left_far", "test_shift_leftover", "test_shift_right", "test_shifting":
        (course / "suites" / f"{name}.py").write_text("")
    (course / "solutions" / "shift_left.py").write_text(SHIFT)
    file = course / "course.yaml"
    if not left_out:
        file.write_text(file.read_text().replace("total_points: 10", "total_points: 12") + SHIFT_LEFT)
    found = load_course(file)
    names = ["test_shift.py", "test_shift_leftover.py", "test_shift_right.py"]
    assert [path.name for path in found.suites("shift")] == names
    exercises = {"test_scale.py": "scale"} | dict.fromkeys(names, "shift")
    if not left_out:
        left = ["test_shift_left.py", "test_shift_left_far.py"]
        assert [path.name for path in found.suites("shift_left")] == left
        exercises |= dict.fromkeys(left, "shift_left")
    assert found.exercises_of_suites() == exercises
