"""Accuracy protocols by tier, and their calibration."""

from __future__ import annotations

import json

import pytest
import torch
import yaml

from tests.cli.conftest import SCALE, SHIFT, write
from tests.conftest import ROOT

TEST_ACCURACY = '''
@criterion("accuracy")
def test_accuracy(student, images, protocol, record):
    """shift is accurate"""
    plan = protocol("moved")
    accuracy = float(student.shift(images.images[0, 0, 0].float() * 0, 0.5))
    record("moved", {"accuracy": accuracy, "images": plan.train_images})
    assert accuracy >= plan.demand
'''


def protocol(demand: float, **others) -> dict:
    figures = {"train_images": 5, "held_out_images": 5, "batch_size": 1, "lr": 1.0, "epochs": 1, "call_cpu_s": 1}
    return {"moved": {"builtin": {**figures, "demand": demand, "target": demand, **others}}}


@pytest.fixture
def course_with_tiers(course):
    """The small course with an accuracy test that `shift` passes by the usual protocol only."""
    file = course / "course.yaml"
    values = yaml.safe_load(file.read_text())
    values["criteria"]["accuracy"] = "accurate"
    values["accuracy"] = protocol(0.4, mean=0.5, sd=0.01, seeds=2)
    values["tiers"] = {
        "hard": {"accuracy": protocol(0.6), "limits": {"shift": {"job_cpu_s": 30}}},
        "gpu": {"accuracy": protocol(0.4), "needs_cuda": True},
    }
    file.write_text(yaml.safe_dump(values, sort_keys=False))
    suite = course / "suites" / "test_shift.py"
    suite.write_text(suite.read_text() + TEST_ACCURACY)
    return course


@pytest.fixture
def grade_shift(grader, course_with_tiers, submissions, tmp_path):
    """Grades a right `shift` with these options: what the process gave, and how the accuracy test ended."""
    write(submissions / "ada", scale=SCALE, shift=SHIFT)

    def run(*options: str):
        arguments = ("--out", tmp_path / "out", "--exercise", "shift", "--dataset", "builtin", *options)
        done = grader("grade", submissions, *arguments, cwd=course_with_tiers)
        result = tmp_path / "out" / "ada" / "result.json"
        tests = json.loads(result.read_text())["exercises"][0]["tests"] if result.exists() else []
        return done, [test["outcome"] for test in tests if test["criterion"] == "accuracy"]

    return run


@pytest.mark.slow
def test_a_tier_has_protocols_of_its_own(grade_shift):
    done, outcomes = grade_shift()
    assert done.returncode == 0, done.stderr
    assert outcomes == ["passed"]
    done, outcomes = grade_shift("--tier", "hard")  # and the result of the usual protocol is not taken for its own
    assert done.returncode == 0, done.stderr
    assert outcomes == ["failed"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--tier", "soft"), "course.yaml: tiers: there is no tier 'soft'; there are hard, gpu"),
        (("--tier", "gpu", "--device", "sim"), "course.yaml: tiers.gpu is for GPUs and this run uses none"),
    ],
    ids=["unknown", "without a GPU"],
)
def test_what_no_tier_can_be(grade_shift, options, sentence):
    done, outcomes = grade_shift(*options)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert not outcomes


@pytest.mark.parametrize(
    ("tier", "problem"),
    [
        ({"accuracy": {}}, "tiers.hard.accuracy: 'moved' is missing"),
        ({"accuracy": protocol(0.6, target=0.5)}, "tiers.hard.accuracy.moved.builtin.target: the target must not be"),
        ({"accuracy": protocol(0.6), "limits": {"shft": {}}}, "tiers.hard.limits.shft: there is no exercise 'shft'"),
        (
            {"accuracy": protocol(0.6), "limits": {"shift": {"job_cpu_s": -1}}},
            "tiers.hard.limits.shift.job_cpu_s: input should be greater than 0",
        ),
    ],
    ids=["a protocol is missing", "target below demand", "unknown exercise", "impossible limit"],
)
def test_mistakes_in_a_tier_name_their_line(grader, course_with_tiers, tier, problem):
    file = course_with_tiers / "course.yaml"
    values = yaml.safe_load(file.read_text())
    values["tiers"]["hard"] = tier
    file.write_text(yaml.safe_dump(values, sort_keys=False))
    done = grader("doctor", cwd=course_with_tiers)
    assert done.returncode == 2
    assert problem in done.stderr
    line = int(done.stderr.partition("course.yaml:")[2].partition(":")[0])
    key = problem.partition(": ")[0].rpartition(".")[2]
    assert f"{key}:" in file.read_text().splitlines()[line - 1]


@pytest.mark.slow
def test_calibration_measures_and_draws(grader, course_with_tiers, tmp_path):
    wrong = course_with_tiers / "bank" / "shift" / "wrong"
    wrong.mkdir(parents=True)
    (wrong / "less.py").write_text('"""shifts less"""\n# criterion: values\ndef shift(x, by):\n    return x + by / 2\n')
    arguments = ("--exercise", "shift", "--dataset", "builtin", "--seeds", "3", "--broken-seeds", "2")
    done = grader("calibrate", "--out", tmp_path / "figures", *arguments, cwd=course_with_tiers)
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "figures" / "calibration-builtin.json").read_text())
    found = {entry["module"]: (entry["kind"], entry["values"]) for entry in figures["distributions"]}
    assert found == {"shift/reference": ("reference", [0.5] * 3), "shift/wrong/less": ("wrong", [0.25] * 2)}
    assert (tmp_path / "figures" / "moved-builtin.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_full_tier_trains_resnet18_on_enlarged_images(grader, tmp_path):
    """The course's own tier, with fewer and smaller images and without a GPU."""
    values = yaml.safe_load((ROOT / "course.yaml").read_text())
    paths = {"exercises": "exercises", "solutions": "solutions", "suites": "grader/suites", "bank": "tests/bank"}
    values["paths"] = {name: str(ROOT / path) for name, path in paths.items()}
    full = values["tiers"]["full"]
    full["needs_cuda"] = False
    for name, plans in full["accuracy"].items():
        images = 700 if name == "residual" else 4000
        small = {"train_images": images, "held_out_images": 200, "batch_size": 16, "epochs": 1, "demand": 0.1}
        plans["builtin"] = {**plans["fashion-mnist"], **small, "target": 0.1}
    full["accuracy"]["residual"]["builtin"]["image_side"] = 40
    (tmp_path / "course.yaml").write_text(yaml.safe_dump(values, sort_keys=False))
    options = ("--exercise", "training", "--dataset", "builtin", "--tier", "full", "--device", "cpu", "--seed", "1")
    arguments = ("--course", tmp_path / "course.yaml", "--out", tmp_path / "out", *options)
    done = grader("grade", ROOT / "solutions", *arguments, timeout_s=300)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "out" / "solutions" / "result.json").read_text())
    tests = [test for test in result["exercises"][0]["tests"] if test["criterion"] == "accuracy"]
    assert [test["outcome"] for test in tests] == ["passed"] * 3, [test["message"] for test in tests]
    assert (tmp_path / "out" / "solutions" / "training-residual.svg").exists()


@pytest.mark.gpu
@pytest.mark.slow
@pytest.mark.timeout(3300)
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_reference_passes_the_full_tier(grader, tmp_path):
    options = ("--exercise", "training", "--tier", "full", "--device", "cuda")
    done = grader("grade", ROOT / "solutions", "--out", tmp_path / "out", *options, timeout_s=3200)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "out" / "solutions" / "result.json").read_text())
    assert result["score"] == result["max_score"]
