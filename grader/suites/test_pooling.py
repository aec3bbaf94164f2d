"""Hidden suite: maximum and average pooling of a single matrix."""

from __future__ import annotations

import pytest
import torch

from cases_pooling import INTEGERS, draw, draw_integers, modes
from checks_pooling import check_gradient
from grader.testing import (
    assert_close,
    assert_shape,
    criterion,
    hint,
    unchanged,
)
from mistakes_pooling import integer_mistakes, pool2d_mistakes, possible

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
