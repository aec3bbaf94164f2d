"""Hidden suite: what both pooling functions have in common, once each has been looked at for itself."""

from __future__ import annotations

import functools

import pytest
import torch

from cases_pooling import draw, modes
from checks_pooling import NO_BUILTIN, assert_gradient_without_builtins, check_gradient, uses_no_builtin
from grader.testing import (
    COTANGENTS,
    assert_backward_changes_nothing,
    assert_close,
    assert_close_elsewhere,
    assert_shape,
    check,
    criterion,
    differs,
    hint,
    strided_cotangent,
    uses_harness,
)
from mistakes_pooling import layout_mistakes, pool2d_mistakes, possible


def draw_distinct(rng: torch.Generator, size: tuple[int, ...]) -> torch.Tensor:
    """Distinct numbers of both signs, far enough apart for finite differences of a maximum."""
    count = torch.Size(size).numel()
    return ((torch.randperm(count, generator=rng).double() - count / 2 + 0.25) / 4).reshape(size)


@criterion("values")
@hint("keep nothing from one call to the next, neither inputs nor results", "Maximum and average")
@modes
@pytest.mark.parametrize("function", ["pool2d", "pool2d_multi_channel"])
def test_called_again(student, reference, rng, function, mode):
    """Both functions see that their input has changed, and leave their earlier results alone"""
    size, settings = ((5, 6), ()) if function == "pool2d" else ((2, 2, 5, 6), ((1, 1), (2, 1)))
    inputs = draw(rng, size), draw(rng, size)
    call, right = getattr(student, function), getattr(reference, function)
    expected = [right(X, (2, 3), mode, *settings) for X in inputs]
    assert_close(call(inputs[0], (2, 3), mode, *settings), expected[0], f"{function} is wrong in mode '{mode}'")
    results = call.called_again(*((X, (2, 3), mode, *settings) for X in inputs))
    messages = (
        f"{function}'s result is wrong after a second call: does that one write into the first one's result?",
        f"{function} is wrong after its input was changed in place",
    )
    for result, value, message in zip(results, expected, messages, strict=True):
        assert_close(result, value, message)


@criterion("values")
@hint("the maximum of a window is one number, however many entries have it", "Maximum and average")
@pytest.mark.parametrize("function", ["pool2d", "pool2d_multi_channel"])
@pytest.mark.parametrize("kind", ["all entries equal", "few different entries"])
def test_ties(student, reference, rng, function, kind):
    """Max pooling works where several entries of a window are the largest"""
    size = (5, 6) if function == "pool2d" else (2, 2, 5, 6)
    X = torch.randint(1, 2 if kind == "all entries equal" else 3, size, generator=rng) * (torch.rand(()).item() + 1)
    message = f"{function} is wrong where several entries of a window are the largest"
    assert_close(getattr(student, function)(X, (2, 3), "max"), getattr(reference, function)(X, (2, 3), "max"), message)


@criterion("values")
@hint("a call may not depend on autograd being on", "Maximum and average")
@modes
@pytest.mark.parametrize("function", ["pool2d", "pool2d_multi_channel"])
def test_without_gradients(student, reference, rng, function, mode):
    """Both functions give the same values where gradients are asked for, and under torch.no_grad()"""
    X = draw(rng, (5, 6) if function == "pool2d" else (2, 2, 5, 6))
    expected = getattr(reference, function)(X, (2, 3), mode)
    assert_close(getattr(student, function)(X, (2, 3), mode), expected, f"{function} is wrong in mode '{mode}'")
    got = getattr(student, function)(X.requires_grad_(), (2, 3), mode)
    assert_close(got, expected, f"{function} is wrong where its input requires gradients, in mode '{mode}'")
    with torch.no_grad():
        got = getattr(student, function)(X, (2, 3), mode)
    assert_close(got, expected, f"{function} is wrong under torch.no_grad() only, in mode '{mode}'")


@criterion("values")
@hint("the defaults are the maximum, no padding, and a stride of the window's size", "Batches, padding and stride")
def test_default_mode(student, reference, rng):
    """Both functions take the maximum unless told otherwise"""
    X = draw(rng, (2, 3, 5, 6))
    expected = reference.pool2d(X[0, 0], (2, 3))
    mistakes = pool2d_mistakes(reference, X[0, 0], (2, 3), "max")
    assert_close(
        student.pool2d(X[0, 0], (2, 3)),
        expected,
        "pool2d's default is not max pooling",
        mistakes=possible(mistakes, expected),
    )
    expected = reference.pool2d_multi_channel(X, (2, 3))
    got = student.pool2d_multi_channel(X, (2, 3))
    mistakes = layout_mistakes(reference, X, (2, 3), "max", (0, 0), None)
    message = "pool2d_multi_channel without further arguments is not max pooling without padding"
    assert_close(got, expected, message, mistakes=possible(mistakes, expected))


@criterion("gradients")
@modes
@pytest.mark.parametrize("function", ["pool2d", "pool2d_multi_channel"])
@pytest.mark.parametrize("kind", COTANGENTS)
@hint(
    "a backward pass may be handed any tensor of the result's shape: `view` and `+=` do not suit all",
    "Maximum and average",
)
def test_gradients_of_used_result(student, reference, rng, kind, function, mode):
    """Gradients reach the input from a result that is summed up or transposed"""
    X = draw(rng, (5, 6) if function == "pool2d" else (2, 2, 5, 6))
    cotangent = strided_cotangent(kind, getattr(reference, function)(X, (2, 3), mode).shape, rng)
    where = f" where the result is {kind}"
    check_gradient(student, reference, rng, function, X, (2, 3), mode, where=where, cotangent=cotangent)


@criterion("gradients")
@modes
@pytest.mark.parametrize("function", ["pool2d", "pool2d_multi_channel"])
@hint("no copy by way of numbers or numpy, whatever the layout in memory is", "Maximum and average")
def test_gradients_of_views(student, reference, rng, function, mode):
    """Gradients reach transposed and permuted inputs"""
    X = draw(rng, (6, 5)).T if function == "pool2d" else draw(rng, (6, 2, 5, 3)).permute(1, 3, 2, 0)
    check_gradient(student, reference, rng, function, X, (2, 3), mode, where=" where X is transposed")


@criterion("gradients")
@modes
@pytest.mark.parametrize("function", ["pool2d", "pool2d_multi_channel"])
@hint(
    "what a backward pass needs belongs to its own forward pass, not to the module or the class", "Maximum and average"
)
def test_gradients_after_another_call(student, reference, rng, function, mode):
    """Gradients reach the input of a call after which there was another one"""
    X, other = (draw(rng, (5, 6) if function == "pool2d" else (2, 2, 5, 6)) for _ in range(2))

    def call_again() -> None:
        getattr(student, function)(other.requires_grad_(), (2, 3), mode)

    where = " where the function is called again before backward"
    check_gradient(student, reference, rng, function, X, (2, 3), mode, where=where, before_backward=call_again)


@criterion("gradients")
@hint(
    "a window has one maximum, and its gradient is handed out once, however many entries share it",
    "Maximum and average",
)
@pytest.mark.parametrize("function", ["pool2d", "pool2d_multi_channel"])
def test_gradient_of_ties(student, rng, function):
    """The gradient of a maximum is as large in all where entries are equally large"""
    size, settings = ((4, 5), ()) if function == "pool2d" else ((2, 3, 4, 5), ((0, 0), (1, 1)))
    X = torch.full(size, torch.randn((), generator=rng).item(), requires_grad=True)
    y = getattr(student, function)(X, (2, 3), "max", *settings)
    assert_shape(y, (*size[:-2], 3, 3), f"the result of {function}")
    check(y.requires_grad, f"{function} cuts the graph: its result does not depend on its input for autograd")
    cotangent = torch.rand(y.shape, generator=rng) + 0.1
    (gradient,) = torch.autograd.grad(y, X, cotangent.to(y.dtype), allow_unused=True)
    check(gradient is not None, f"no gradient reaches the input of {function}")
    message = "where entries are equally large, they get more or less gradient in all than one maximum has"
    assert_close(gradient.sum(), cotangent.sum(), message)


@criterion("gradients")
@modes
@pytest.mark.parametrize(
    ("function", "x_size", "settings"),
    [("pool2d", (4, 5), ()), ("pool2d_multi_channel", (2, 2, 4, 5), ((1, 0), (2, 1)))],
    ids=["pool2d", "pool2d_multi_channel"],
)
@hint(
    "compute the result from the inputs with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Maximum and average",
)
def test_gradcheck(student, reference, rng, function, x_size, settings, mode):
    """Gradients agree with finite differences in double precision"""
    X = draw_distinct(rng, x_size)
    args, call = ((2, 3), mode, *settings), getattr(student, function)
    result, expected = call(X.clone().requires_grad_(), *args), getattr(reference, function)(X, *args)
    assert_close(result, expected, f"{function} itself is wrong, so its gradients are")
    check(result.requires_grad, f"{function} cuts the graph: its result does not depend on its input for autograd")
    # Whoever computes in single precision is right too, but finite differences cannot tell.
    if result.dtype == torch.float64 and not differs(result, expected, rtol=1e-10, atol=1e-10):
        torch.autograd.gradcheck(lambda X: call(X, *args), (X.requires_grad_(),), fast_mode=True)


@criterion("implementation", weight=3)
@modes
@pytest.mark.parametrize("function", ["pool2d", "pool2d_multi_channel"])
@hint("write the computation yourself, with plain tensor operations", "Forbidden")
def test_from_scratch(restricted_student, student, reference, rng, function, mode):
    """The function and its gradient work without any built-in pooling"""
    X = draw(rng, (5, 6) if function == "pool2d" else (2, 2, 5, 6))
    settings = ((2, 3), mode) if function == "pool2d" else ((2, 3), mode, (1, 1), (1, 2))
    expected = getattr(reference, function)(X, *settings)
    try:
        plain = getattr(restricted_student, function)(X, *settings)
        tracked = getattr(restricted_student, function)(X.requires_grad_(), *settings)
        assert_gradient_without_builtins((restricted_student, student, reference), function, X, settings, rng)
    finally:
        uses_no_builtin(restricted_student, function)
    for result in (plain, tracked):
        usual = functools.partial(getattr(student, function), X, *settings)
        assert_close_elsewhere(result, usual, expected, f"{function} is wrong", NO_BUILTIN)


@criterion("implementation")
@uses_harness("gradients")
@hint("work on a copy if you have to change something, in a backward pass of your own too", "Maximum and average")
@modes
@pytest.mark.parametrize("function", ["pool2d", "pool2d_multi_channel"])
def test_backward_changes_nothing(student, harness, reference, rng, function, mode):
    """A backward pass leaves the input as it was"""
    X = draw(rng, (5, 6) if function == "pool2d" else (2, 2, 5, 6))
    calls = [getattr(module, function) for module in (student, reference)]
    assert_backward_changes_nothing(harness, calls[0], function, calls[1], {"X": X}, ((2, 3), mode), rng)
