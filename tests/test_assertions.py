"""The authors' assertions tell students the property, not the numbers."""

from __future__ import annotations

import pytest
import torch

from grader.testing import (
    CheckFailed,
    Mistake,
    assert_close,
    assert_close_elsewhere,
    assert_shape,
    check,
    match_parameters,
)


def failure(call, *args, **kwargs) -> str:
    with pytest.raises(CheckFailed) as caught:
        call(*args, **kwargs)
    return str(caught.value)


def test_close_values_pass_whatever_the_floating_type():
    expected = torch.tensor([1.0, 2.0])
    for dtype in (torch.float64, torch.float32):
        assert_close(expected.to(dtype), expected, "wrong")


def test_small_values_may_be_off_by_the_rounding_of_large_ones():
    expected = torch.tensor([0.0, 500.0])
    assert_close(expected + 1e-4, expected, "wrong")
    assert failure(assert_close, expected + 1e-2, expected, "wrong") == "wrong"
    assert failure(assert_close, torch.full((1,), 1e-4), torch.zeros(1), "wrong") == "wrong"
    infinite = torch.tensor([0.0, float("inf")])
    assert_close(infinite, infinite, "wrong")
    assert failure(assert_close, infinite + 1e-4, infinite, "wrong").startswith("wrong")


def test_messages_name_the_property():
    expected = torch.tensor([[1.25, 2.5]])
    assert failure(assert_close, expected + 1, expected, "the result is wrong") == "the result is wrong"
    assert "shape (2, 1); it should be (1, 2)" in failure(assert_close, expected.T, expected, "wrong")
    assert "nothing (is there a `return`?)" in failure(assert_close, None, expected, "wrong")
    assert "a float, not a tensor" in failure(assert_close, 1.0, expected, "wrong")
    assert "floating-point" in failure(assert_close, torch.ones(1, 2, dtype=torch.int64), expected, "wrong")
    assert "complex" in failure(assert_close, expected + 0j, expected, "wrong")
    assert "undefined" in failure(assert_close, expected / 0 * 0, expected, "wrong")
    assert "1.25" not in failure(assert_close, expected + 1, expected, "wrong")


def test_a_known_mistake_is_named():
    expected = torch.tensor([1.0, 2.0])
    mistakes = [Mistake(expected, "explains nothing"), Mistake(lambda: expected.flip(0), "it is flipped")]
    assert failure(assert_close, expected.flip(0), expected, "wrong", mistakes=mistakes) == "it is flipped"
    assert failure(assert_close, expected * 9, expected, "wrong", mistakes=mistakes) == "wrong"


def test_undefined_values_never_pass():
    nan = torch.full((2,), float("nan"))
    failure(assert_close, nan, torch.zeros(2), "wrong")


def test_shape_and_check():
    assert_shape(torch.ones(2, 3), (2, 3), "it")
    check(True, "never")
    assert failure(check, [], "empty") == "empty"


@pytest.mark.parametrize(("usual", "message"), [(1.0, "f is wrong in a cave"), (2.0, "f is wrong")])
def test_surroundings_are_named_where_they_make_a_difference(usual, message):
    with pytest.raises(CheckFailed, match=f"^{message}$"):
        assert_close_elsewhere(
            torch.tensor(3.0), lambda: torch.tensor(usual), torch.ones(()), "f is wrong", " in a cave"
        )
    assert_close_elsewhere(torch.tensor(1.0), lambda: None, torch.ones(()), "f is wrong", " in a cave")


def test_parameters_without_number_are_not_matched():
    ours = {"weight": torch.zeros(3, 2), "bias": torch.zeros(3)}
    theirs = ours | {f"more.{number}": torch.zeros(1) for number in range(50_000)}
    with pytest.raises(CheckFailed, match="50002 parameters"):
        match_parameters(theirs, ours)


@pytest.mark.parametrize("turned", [False, True])
def test_a_convolution_kept_as_a_matrix(turned):
    ours = {"conv.weight": torch.randn(4, 3, 2, 5), "conv.bias": torch.randn(4), "dense.weight": torch.randn(6, 7)}
    matrix = ours["conv.weight"].reshape(4, 30)
    theirs = {"w": matrix.T.contiguous() if turned else matrix, "b": ours["conv.bias"], "v": ours["dense.weight"]}
    matching = match_parameters(theirs, ours)
    for name, value in matching.to_theirs(ours).items():
        assert torch.equal(value, theirs[name])
    for name, value in matching.to_ours(theirs).items():
        assert torch.equal(value, ours[name])
