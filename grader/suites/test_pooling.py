"""Hidden suite: maximum and average pooling, and what both functions have in common."""

from __future__ import annotations

import functools

import pytest
import torch

from cases_pooling import INTEGERS, draw, draw_integers, modes
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
    unchanged,
    uses_harness,
)
from mistakes_pooling import integer_mistakes, layout_mistakes, pool2d_mistakes, possible

SIZES = {
    "5x7-2x3": ((5, 7), (2, 3)),
    "6x4-3x1": ((6, 4), (3, 1)),
    "4x6-1x2": ((4, 6), (1, 2)),
    "window as large as the input": ((3, 5), (3, 5)),
    "1x1 window": ((4, 3), (1, 1)),
    "one row": ((1, 6), (1, 4)),
    "one column": ((6, 1), (3, 1)),
    "window as high as the input": ((3, 7), (3, 2)),
    "window as wide as the input": ((6, 3), (2, 3)),
    "square": ((6, 6), (3, 3)),
    "large": ((19, 23), (4, 5)),
    "large, and a large window": ((41, 37), (40, 35)),
}
sizes = pytest.mark.parametrize(("x_size", "pool_size"), list(SIZES.values()), ids=list(SIZES))
integers = pytest.mark.parametrize("dtype", list(INTEGERS))


def draw_distinct(rng: torch.Generator, size: tuple[int, ...]) -> torch.Tensor:
    """Distinct numbers of both signs, far enough apart for finite differences of a maximum."""
    count = torch.Size(size).numel()
    return ((torch.randperm(count, generator=rng).double() - count / 2 + 0.25) / 4).reshape(size)


@criterion("values")
@hint(
    "slide the window over every position, and take its largest entry or the mean of its entries", "Maximum and average"
)
@modes
@sizes
def test_pool2d_values(student, reference, rng, x_size, pool_size, mode):
    """pool2d takes the maximum or the mean of every window"""
    X = draw(rng, x_size)
    expected = reference.pool2d(X, pool_size, mode)
    got = student.pool2d(X, pool_size, mode)
    mistakes = pool2d_mistakes(reference, X, pool_size, mode)
    assert_close(got, expected, f"pool2d is wrong in mode '{mode}'", mistakes=possible(mistakes, expected))


@criterion("values")
@hint("a maximum that starts at zero is wrong where every entry is below zero", "Maximum and average")
@modes
def test_pool2d_negative(student, reference, rng, mode):
    """pool2d works where every entry is negative"""
    X = -draw(rng, (5, 6)).abs() * 1000 - 500
    expected = reference.pool2d(X, (3, 2), mode)
    got = student.pool2d(X, (3, 2), mode=mode)
    mistakes = pool2d_mistakes(reference, X, (3, 2), mode)
    assert_close(
        got, expected, f"pool2d is wrong on negative inputs in mode '{mode}'", mistakes=possible(mistakes, expected)
    )


@criterion("values")
@hint("turn X into floating point before you compute with it, whatever it is", "Maximum and average")
@modes
@integers
def test_pool2d_integers(student, reference, rng, mode, dtype):
    """pool2d takes integer tensors and returns floating point"""
    X = draw_integers(rng, (5, 7), dtype)
    expected = reference.pool2d(X.float(), (2, 3), mode)
    mistakes = [*integer_mistakes(expected, (2, 3)), *pool2d_mistakes(reference, X.float(), (2, 3), mode)]
    message = f"pool2d is wrong on integer inputs ({dtype}) in mode '{mode}'"
    assert_close(student.pool2d(X, (2, 3), mode), expected, message, mistakes=possible(mistakes, expected))


@criterion("values")
@hint("whatever the window's size is: turn X into floating point first", "Maximum and average")
@modes
@pytest.mark.parametrize("size", ["1x1 window", "window as large as the input"])
def test_pool2d_integers_of_special_sizes(student, reference, rng, mode, size):
    """pool2d returns floating point for integers with the smallest and the largest window, too"""
    x_size, pool_size = SIZES[size]
    X = draw_integers(rng, x_size, "int64")
    message = f"pool2d is wrong on integers with a {size} in mode '{mode}'"
    assert_close(student.pool2d(X, pool_size, mode), reference.pool2d(X.float(), pool_size, mode), message)


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
@modes
@hint("use X's values in their own order, whatever its layout in memory is", "Maximum and average")
def test_pool2d_noncontiguous(student, reference, rng, mode):
    """pool2d works on transposed and sliced tensors"""
    X = draw(rng, (7, 12)).T[::2]
    expected = reference.pool2d(X, (3, 2), mode)
    got = student.pool2d(X, (3, 2), mode)
    assert_close(got, expected, "pool2d is wrong on inputs that are views of other tensors")


@criterion("values")
@modes
@hint("compare with the numbers in the exercise's text, one window after the other", "Maximum and average")
def test_pool2d_example(student, mode):
    """pool2d gives the documented example"""
    expected = {"max": [[4.0, 5.0], [7.0, 8.0]], "avg": [[2.0, 3.0], [5.0, 6.0]]}[mode]
    message = f"pool2d does not give the example in the exercise's text in mode '{mode}'"
    assert_close(student.pool2d(torch.arange(9.0).reshape(3, 3), (2, 2), mode), torch.tensor(expected), message)


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


@criterion("shapes")
@hint("per axis: (size - window) + 1", "Maximum and average")
@modes
def test_pool2d_shapes(student, rng, mode):
    """pool2d's result has one entry per position of the window"""
    for x_size, pool_size in SIZES.values():
        shape = tuple(n - p + 1 for n, p in zip(x_size, pool_size, strict=True))
        assert_shape(student.pool2d(draw(rng, x_size), pool_size, mode), shape, "the result of pool2d")


@criterion("gradients")
@hint(
    "compute the result with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Maximum and average",
)
@modes
@sizes
def test_pool2d_gradients(student, reference, rng, x_size, pool_size, mode):
    """Gradients reach pool2d's input"""
    check_gradient(student, reference, rng, "pool2d", draw(rng, x_size), pool_size, mode)


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
@hint("work on a copy if you have to change something", "Maximum and average")
@modes
@pytest.mark.parametrize("kind", ["float", "integer", "requiring gradients"])
def test_pool2d_input_unchanged(observed_student, reference, rng, mode, kind):
    """pool2d leaves its input as it was, and does its work"""
    for size in "5x7-2x3", "square", "1x1 window", "one row", "window as large as the input":
        x_size, pool_size = SIZES[size]
        X = draw_integers(rng, x_size, "int64") if kind == "integer" else draw(rng, x_size)
        X.requires_grad_(kind == "requiring gradients")
        expected = reference.pool2d(X.detach().float(), pool_size, mode)
        with unchanged("pool2d", X=X):
            got = observed_student.pool2d(X, pool_size, mode)
        assert_close(got, expected, "pool2d leaves its input alone, but its result is wrong")


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
