"""`grader validate`: what continuous integration asks."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import write

RIGHT = '"""In one go."""\nimport torch\n\ndef scale(x, n):\n    return torch.stack([x] * n).sum(0)\n'
ADDS = '"""It adds."""\n# criterion: values\ndef scale(x, n):\n    return x + n\n'
MULTIPLIES = '"""Built-in product."""\n# criterion: implementation\ndef scale(x, n):\n    return x * n\n'
CUT = (
    '"""The graph is cut."""\n# criterion: gradients\nimport reference\n\ndef scale(x, n):\n'
    "    return reference.scale(x, n).detach()\n"
)


@pytest.fixture
def bank(course):
    write(course / "bank" / "scale" / "right", stack=RIGHT)
    write(course / "bank" / "scale" / "wrong", adds=ADDS, multiplies=MULTIPLIES, cut=CUT)
    return course / "bank"


@pytest.fixture
def validate(grader, course):
    def run(status, *arguments):
        done = grader("validate", "--course", course, "--jobs", 1, *arguments)
        assert done.returncode == status, done.stdout + done.stderr
        return done

    return run


def test_a_sound_course(validate, bank):
    """What is forbidden is noticed in other criteria's tests, too, with every seed."""
    sometimes = "def scale(x, n):\n    return x * n if n == 3 else sum([x] * n)\n"
    write(bank / "scale" / "wrong", multiplies_sometimes=f"# criterion: implementation\n{sometimes}")
    report = json.loads(validate(0, "--json", "--exercise", "scale", "--seeds", 2).stdout)
    assert report["ok"]
    assert {case["name"] for case in report["cases"] if case["kind"] == "wrong"} == {
        "scale/wrong/adds",
        "scale/wrong/cut",
        "scale/wrong/multiplies",
        "scale/wrong/multiplies_sometimes",
    }


def test_what_goes_wrong_is_named(validate, bank):
    write(bank / "scale" / "wrong", survivor="# criterion: values\n" + RIGHT)
    write(bank / "scale" / "wrong", elsewhere=CUT.replace("criterion: gradients", "criterion: values"))
    write(bank / "scale" / "wrong", silent=ADDS.replace("values\n", "values\n# says: n is added\n"))
    write(bank / "scale" / "right", false_alarm="def scale(x, n):\n    return x - n\n")
    report = json.loads(validate(1, "--json").stdout)
    assert not report["ok"]
    failed = {case["name"] for case in report["cases"] if not case["ok"]}
    assert failed == {"scale/wrong/survivor", "scale/wrong/elsewhere", "scale/wrong/silent", "scale/right/false_alarm"}


def test_every_seed_counts(validate, bank, course):
    """A suite that catches a wrong module with some seeds only."""
    suite = course / "suites" / "test_shift.py"
    suite.write_text(
        suite.read_text().replace("torch.randn(3, generator=rng)", "torch.randint(2, (1,), generator=rng)")
    )
    write(bank / "shift" / "wrong", sometimes="# criterion: values\ndef shift(x, by):\n    return x + by + (x == 1)\n")
    caught = "--exercise", "shift", "--seed", 1
    validate(0, *caught)
    report = json.loads(validate(1, *caught, "--seeds", 3, "--json").stdout)
    assert (report["seed"], report["seeds"], len(report["cases"])) == (1, 3, 3)
    (failed,) = [case for case in report["cases"] if not case["ok"]]
    assert (failed["name"], failed["problem"]) == ("shift/wrong/sometimes", "with seed 2: passes every test")


def test_a_wrong_module_that_names_no_criterion_is_refused(validate, bank):
    write(bank / "scale" / "wrong", nameless="def scale(x, n):\n    return x\n")
    assert "names its criterion" in validate(2).stderr


def test_a_broken_reference_is_noticed(validate, bank, course):
    """The suites compare with constants too, so that a wrong reference does not pass by itself."""
    solution = course / "solutions" / "shift.py"
    solution.write_text(solution.read_text().replace("x + by", "x - by"))
    assert "reference" in validate(1).stdout


def test_a_stub_that_drifted_is_noticed(validate, bank, course, grader):
    """…and the readable report."""
    stub = course / "exercises" / "scale.py"
    stub.write_text(stub.read_text() + "\n# edited by hand\n")
    assert "grader release --update" in " ".join(validate(1, "--exercise", "scale").stdout.split())
    assert grader("release", "--update", "--course", course).returncode == 0
    assert "3 of 3 wrong modules caught, 0 of 1 right modules failed" in validate(0).stdout
