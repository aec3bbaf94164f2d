"""On a machine with a GPU: the bank's device cases have the verdicts there that they have on simulated devices."""

from __future__ import annotations

import json

import pytest
import torch

from grader.course import load_course
from tests.conftest import ROOT

EXERCISES = ("training", "batch_norm", "lenet", "resnet")
pytestmark = [
    pytest.mark.gpu,
    pytest.mark.slow,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]


def verdicts(grader, device: str) -> dict[str, tuple[str, ...]]:
    """Whether each module of the bank fails device tests, and which."""
    arguments = [word for name in EXERCISES for word in ("--exercise", name)]
    others = [name for name in load_course(ROOT / "course.yaml").criteria if name != "device"]
    arguments += [word for name in others for word in ("--skip", name)]
    done = grader("validate", "--device", device, "--json", *arguments, timeout_s=1500, cwd=ROOT)
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert report["device"] == device
    return {case["name"]: tuple(sorted(case["failed"])) for case in report["cases"]}


@pytest.mark.timeout(3300)
def test_verdicts_agree(grader):
    simulated, real = verdicts(grader, "sim"), verdicts(grader, "cuda")
    if torch.cuda.device_count() < 2:  # tests for a second GPU run on simulated ones only
        names = {name for name in simulated if bool(simulated[name]) and not real[name]}
        simulated = {name: failed for name, failed in simulated.items() if name not in names}
        assert len(names) < len(simulated) / 4
    assert {name: bool(failed) for name, failed in simulated.items()} == {name: bool(real[name]) for name in simulated}
