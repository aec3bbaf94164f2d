"""The example class, as `make grade` marks it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    import subprocess
    import sys

    out = tmp_path_factory.mktemp("examples")
    command = [sys.executable, "-m", "grader", "grade", ROOT / "tests" / "examples", "--out", out]
    done = subprocess.run([*command, "--skip", "accuracy"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {path.parent.name: json.loads(path.read_text()) for path in out.glob("*/result.json")}


def exercise(result, name):
    return next(exercise for exercise in result["exercises"] if exercise["id"] == name)


def test_the_class_is_graded(results):
    assert set(results) == {"ada", "ben", "chen", "dora", "emil", "fatima", "goran", "hana", "ivan", "jun"}


def test_full_marks_and_none(results):
    assert results["ada"]["score"] == results["ada"]["max_score"]
    assert results["ben"]["score"] == 0
    assert {exercise["status"] for exercise in results["ben"]["exercises"]} == {"not_started"}


def test_each_trouble_has_its_status(results):
    outcomes = {test["outcome"] for test in exercise(results["emil"], "corr2d")["tests"]}
    assert "timeout" in outcomes
    assert "crashed" in {test["outcome"] for test in exercise(results["fatima"], "lenet")["tests"]}
    assert exercise(results["goran"], "fc_to_conv")["status"] == "import_error"
    assert exercise(results["goran"], "padding_stride")["score"] == 8
    assert exercise(results["chen"], "lenet")["status"] == "missing"


@pytest.mark.parametrize(
    ("name", "exercise_id", "sentence"),
    [
        ("chen", "corr2d", "flips only the kernel's rows"),
        ("chen", "pooling", "pads with zeros"),
        ("chen", "batch_norm", "n-1"),
        ("dora", "training", "zero"),
        ("emil", "channels", "built-in convolution"),
    ],
)
def test_mistakes_are_named(results, name, exercise_id, sentence):
    messages = " ".join(test["message"] for test in exercise(results[name], exercise_id)["tests"])
    assert sentence in messages.replace("−", "-").replace("n - 1", "n-1")


def test_cheating_is_worth_nothing(results):
    honest_shapes = {"shapes"}
    for part in results["ivan"]["exercises"]:
        assert {test["criterion"] for test in part["tests"] if test["score"]} <= honest_shapes | {"implementation"}
