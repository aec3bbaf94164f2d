"""What is computed for the first submission of a run, and kept for the others."""

import pytest
import torch

from grader.runner.kept import KeptResults


@pytest.fixture
def kept():
    return KeptResults()


def test_computed_once_for_each_test_and_name(kept):
    calls = []

    def compute():
        calls.append(1)
        return {"sum": torch.full((2,), float(len(calls)))}

    for _ in range(3):
        assert kept.get(1, "test_a", "result", compute)["sum"].tolist() == [1.0, 1.0]
    assert kept.get(1, "test_b", "result", compute)["sum"].tolist() == [2.0, 2.0]
    assert kept.get(1, "test_a", "other", compute)["sum"].tolist() == [3.0, 3.0]


def test_another_seed_begins_anew(kept):
    assert kept.get(1, "test", "seed", lambda: "first") == "first"
    assert kept.get(2, "test", "seed", lambda: "second") == "second"
    assert kept.get(1, "test", "seed", lambda: "third") == "third"


def test_a_test_that_changes_its_copy_changes_nobody_elses(kept):
    kept.get(1, "test", "ones", lambda: torch.ones(3)).zero_()
    assert kept.get(1, "test", "ones", lambda: torch.ones(3)).tolist() == [1.0, 1.0, 1.0]


def test_what_is_drawn_afterwards_does_not_depend_on_it(kept):
    drawn = []
    for _ in range(2):
        torch.manual_seed(7)
        kept.get(1, "test", "noise", lambda: torch.randn(100))
        drawn.append(torch.randn(3).tolist())
    assert drawn[0] == drawn[1]


def test_a_failure_is_not_kept(kept):
    def fail():
        torch.rand(1)
        raise LookupError

    torch.manual_seed(7)
    with pytest.raises(LookupError):
        kept.get(1, "test", "value", fail)
    first = torch.rand(1)
    torch.manual_seed(7)
    assert torch.equal(first, torch.rand(1))
    assert kept.get(1, "test", "value", lambda: 5) == 5
