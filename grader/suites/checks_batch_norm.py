"""What the parts of the batch normalisation suite check alike."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional as F

from cases_batch_norm import ALL_AXES
from grader.engine.errors import StudentError
from grader.testing import assert_shape, check, differs, mixes_devices


def assert_normalises(Y, expected: torch.Tensor, what: str) -> None:
    """The result goes the way of the right one: what is left alone counts only beside some work."""
    assert_shape(Y, expected.shape, f"the result of {what}")
    check(resembles(Y, expected), f"the result of {what} is far from the right one")


def resembles(got: torch.Tensor, right: torch.Tensor) -> bool:
    """Whether a result goes the way of the right one: a mistake in a detail leaves it so, doing nothing does not."""
    pairs = [(got.detach().double(), right.detach().double())]
    pairs += [tuple(t - t.mean(ALL_AXES[t.dim()], keepdim=True) for t in pairs[0])]
    return any(F.cosine_similarity(one.flatten(), other.flatten(), 0) > 0.6 for one, other in pairs)


def uses_no_builtin(restricted_student, message: str) -> None:
    calls = restricted_student.forbidden_calls
    check(not calls, f"{message} uses a built-in normalisation ({', '.join(calls)}); write it from scratch")


def same_elsewhere(got: torch.Tensor, right: torch.Tensor, own: Callable[[], torch.Tensor], message: str) -> None:
    """`got` is right, or else as wrong as `own` in the usual surroundings, which is other tests' business."""
    assert_shape(got, right.shape, "the result")
    close = {"rtol": 1e-3, "atol": 1e-4}
    if not differs(got, right, **close):
        return
    usual = own()
    assert_shape(usual, right.shape, "the result")
    check(not differs(got, usual, **close), message)
    check(resembles(got, right), "the result is far from the right one, and not only here")


def moved(harness, net, X: torch.Tensor, where: str, modes: list[bool]) -> torch.Tensor | None:
    """Checks that all of a network is on another device when it is used there; its last output if there is one."""
    try:
        reports = harness.moved(net, X, "meta" if where == "cpu" else where, modes)
    except StudentError as error:
        check(
            not mixes_devices(error),
            "on another device a tensor is not where the input is: the moving statistics, or one that forward makes?",
        )
        if where == "cpu":
            return None  # the device without values has its own limits: what looks at values cannot run there
        raise
    for report in reports:
        there = "meta" if where == "cpu" else where
        output = report["output"]
        check(torch.device(output) == torch.device(there), f"after the move to {there} the output is on {output}")
        places = {place for place in report["statistics"] if torch.device(place) != torch.device(there)}
        check(not places, f"with the input on {there} the moving statistics are on {', '.join(sorted(places))}")
    return reports[-1]["value"]
