"""Hidden suite: maximum and average pooling, with padding, strides and channels."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F

from grader.engine.errors import StudentError
from grader.testing import (
    COTANGENTS,
    Mistake,
    assert_backward_changes_nothing,
    assert_close,
    assert_close_elsewhere,
    assert_gradients,
    assert_gradients_elsewhere,
    assert_shape,
    check,
    criterion,
    differs,
    hint,
    strided_cotangent,
    unchanged,
    uses_harness,
)

MODES = ["max", "avg"]
modes = pytest.mark.parametrize("mode", MODES)
NO_BUILTIN = ", with no built-in pooling around"

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
# What integers are drawn from: sums of several do not fit into the smaller types.
INTEGERS = {
    "int64": (-5000, 5001),
    "int32": (1 << 30, 1 << 31),
    "int16": (-30_000, -10_000),
    "int8": (60, 128),
    "uint8": (150, 256),
}
integers = pytest.mark.parametrize("dtype", list(INTEGERS))

# Input, window, padding, stride.
LAYOUTS = {
    "no padding, default stride": ((2, 3, 7, 8), (2, 3), (0, 0), None),
    "padding, default stride": ((1, 2, 5, 7), (3, 2), (1, 1), None),
    "padding on rows only": ((2, 1, 6, 5), (3, 2), (1, 0), (2, 1)),
    "padding on columns only": ((1, 3, 5, 6), (2, 3), (0, 1), (1, 2)),
    "wide padding": ((2, 2, 6, 9), (4, 5), (1, 2), (3, 2)),
    "stride smaller than the window": ((1, 2, 8, 6), (3, 4), (0, 0), (2, 1)),
    "stride larger than the window": ((1, 2, 9, 11), (2, 1), (0, 0), (3, 4)),
    "one window": ((3, 1, 4, 5), (4, 5), (0, 0), (1, 1)),
    "window as large as the input, and padding": ((2, 1, 4, 5), (4, 5), (1, 2), (1, 1)),
    "windows side by side, and padding": ((2, 2, 6, 8), (3, 4), (1, 1), None),
    "one row": ((2, 3, 1, 6), (1, 2), (0, 1), (1, 1)),
    "one column": ((3, 2, 5, 1), (2, 1), (1, 0), (2, 1)),
    "1x1 window": ((2, 2, 3, 4), (1, 1), (0, 0), (1, 1)),
    "1x1 window, strided": ((1, 2, 5, 6), (1, 1), (0, 0), (2, 3)),
    "windows that cover the input": ((2, 3, 6, 8), (2, 4), (0, 0), None),
    "square": ((2, 2, 6, 6), (3, 3), (1, 0), (2, 2)),
    "one image, one channel": ((1, 1, 8, 7), (3, 2), (0, 0), (1, 1)),
    "large": ((2, 5, 13, 17), (3, 4), (1, 2), (2, 3)),
    "window larger than the input": ((2, 1, 2, 3), (3, 5), (1, 2), (1, 1)),
    "many images and channels": ((9, 17, 2, 3), (2, 2), (0, 0), (1, 1)),
    "large images, and large windows": ((1, 2, 41, 37), (20, 16), (1, 2), (19, 11)),
}
layouts = pytest.mark.parametrize(
    ("x_size", "pool_size", "padding", "stride"), list(LAYOUTS.values()), ids=list(LAYOUTS)
)

# Keyword arguments with ints, and the same with pairs.
INTEGER_SETTINGS = {
    "int window": ({"pool_size": 3}, {"pool_size": (3, 3)}),
    "int window and padding": ({"pool_size": 2, "padding": 1}, {"pool_size": (2, 2), "padding": (1, 1)}),
    "int padding": ({"pool_size": (2, 3), "padding": 1}, {"pool_size": (2, 3), "padding": (1, 1)}),
    "int stride": ({"pool_size": (3, 2), "stride": 1}, {"pool_size": (3, 2), "stride": (1, 1)}),
    "int window, pair as stride": ({"pool_size": 3, "stride": (2, 1)}, {"pool_size": (3, 3), "stride": (2, 1)}),
    "int window, pair as padding": ({"pool_size": 4, "padding": (1, 2)}, {"pool_size": (4, 4), "padding": (1, 2)}),
    "int window, pairs as padding and stride": (
        {"pool_size": 4, "padding": (2, 1), "stride": (1, 3)},
        {"pool_size": (4, 4), "padding": (2, 1), "stride": (1, 3)},
    ),
    "int window and padding, pair as stride": (
        {"pool_size": 3, "padding": 1, "stride": (1, 2)},
        {"pool_size": (3, 3), "padding": (1, 1), "stride": (1, 2)},
    ),
    "int window and stride, pair as padding": (
        {"pool_size": 3, "padding": (0, 1), "stride": 2},
        {"pool_size": (3, 3), "padding": (0, 1), "stride": (2, 2)},
    ),
    "int padding, pair as stride": (
        {"pool_size": (2, 3), "padding": 1, "stride": (3, 1)},
        {"pool_size": (2, 3), "padding": (1, 1), "stride": (3, 1)},
    ),
    "int padding and stride": (
        {"pool_size": (3, 4), "padding": 1, "stride": 2},
        {"pool_size": (3, 4), "padding": (1, 1), "stride": (2, 2)},
    ),
    "int stride, pair as padding": (
        {"pool_size": (4, 3), "padding": (2, 0), "stride": 2},
        {"pool_size": (4, 3), "padding": (2, 0), "stride": (2, 2)},
    ),
    "all ints": (
        {"pool_size": 3, "padding": 1, "stride": 2},
        {"pool_size": (3, 3), "padding": (1, 1), "stride": (2, 2)},
    ),
}
integer_settings = pytest.mark.parametrize(
    ("given", "meant"), list(INTEGER_SETTINGS.values()), ids=list(INTEGER_SETTINGS)
)

# Input values, keyword arguments, result: on whole numbers counted from 0 in the input's shape.
EXAMPLES = {
    "size 3": ((1, 1, 4, 4), {"pool_size": 3}, [[[[10]]]]),
    "padding and stride": ((1, 1, 4, 4), {"pool_size": 3, "padding": 1, "stride": 2}, [[[[5, 7], [13, 15]]]]),
    "rectangular window": (
        (1, 1, 4, 4),
        {"pool_size": (2, 3), "stride": (2, 3), "padding": (0, 1)},
        [[[[5, 7], [13, 15]]]],
    ),
    "rectangular window, more padding": (
        (1, 1, 4, 4),
        {"pool_size": (2, 4), "padding": (1, 2), "stride": (2, 3)},
        [[[[1, 3], [9, 11], [13, 15]]]],
    ),
    "two channels": (
        (1, 2, 4, 4),
        {"pool_size": 3, "padding": 1, "stride": (2, 1)},
        [[[[5, 6, 7, 7], [13, 14, 15, 15]], [[21, 22, 23, 23], [29, 30, 31, 31]]]],
    ),
}


def draw(rng: torch.Generator, size: tuple[int, ...], dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(size, generator=rng, dtype=dtype)


def draw_distinct(rng: torch.Generator, size: tuple[int, ...]) -> torch.Tensor:
    """Distinct numbers of both signs, far enough apart for finite differences of a maximum."""
    count = torch.Size(size).numel()
    return ((torch.randperm(count, generator=rng).double() - count / 2 + 0.25) / 4).reshape(size)


def possible(mistakes: list[Mistake], expected: torch.Tensor) -> list[Mistake]:
    """The mistakes; one that cannot be made with these sizes has the expected value, and so explains nothing."""

    def lazily(compute: Callable[[], torch.Tensor]) -> Callable[[], torch.Tensor]:
        def value() -> torch.Tensor:
            try:
                result = compute()
            except Exception:  # whatever a reference says to sizes that it was not made for
                return expected
            return result if isinstance(result, torch.Tensor) else expected

        return value

    return [Mistake(lazily(m.value) if callable(m.value) else m.value, m.sentence) for m in mistakes]


def mean_of_covered(X, pool_size, padding, stride) -> torch.Tensor:
    return F.avg_pool2d(X, pool_size, stride, padding, count_include_pad=False)


def pool2d_mistakes(reference, X: torch.Tensor, pool_size: tuple[int, int], mode: str) -> list[Mistake]:
    pool2d, other = reference.pool2d, "avg" if mode == "max" else "max"
    return [
        Mistake(lambda: pool2d(X, pool_size, other), f"mode '{mode}' gives the result of mode '{other}'"),
        Mistake(lambda: pool2d(X, pool_size[::-1], mode), "height and width of the window are swapped"),
        Mistake(lambda: pool2d(X.abs(), pool_size, mode), "negative entries are treated as positive"),
        Mistake(lambda: pool2d(X, pool_size, mode).relu(), "negative results are lost: windows can be negative"),
        Mistake(lambda: -pool2d(-X, pool_size, mode), "the result is the minimum of each window, not the maximum"),
        Mistake(
            lambda: pool2d(X, pool_size, mode) * pool_size[0] * pool_size[1],
            "the entries of each window are summed; they should be averaged",
        ),
    ]


def layout_mistakes(reference, X: torch.Tensor, pool_size, mode: str, padding, stride) -> list[Mistake]:
    def pool(X=X, pool_size=pool_size, mode=mode, padding=padding, stride=stride) -> torch.Tensor:
        return reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)

    def unpadded(value: float) -> torch.Tensor:
        (p_h, p_w) = padding
        return pool(X=F.pad(X, (p_w, p_w, p_h, p_h), value=value), padding=(0, 0))

    def first_channel() -> torch.Tensor:
        return pool(X=X[:, :1].expand_as(X))

    def first_image() -> torch.Tensor:
        return pool(X=X[:1].expand_as(X))

    mistakes = [
        Mistake(first_channel, "every channel gets the result of the first; each should be pooled on its own"),
        Mistake(first_image, "every image of the batch gets the result of the first one"),
        Mistake(lambda: pool(mode="avg" if mode == "max" else "max"), f"mode '{mode}' gives the other mode's result"),
        Mistake(lambda: pool(pool_size=pool_size[::-1]), "height and width of the window are swapped"),
        Mistake(lambda: pool(padding=padding[::-1]), "the padding of rows and that of columns are swapped"),
        Mistake(lambda: pool(stride=(stride or pool_size)[::-1]), "height and width of the stride are swapped"),
        Mistake(lambda: pool(stride=(1, 1)), "the stride is ignored"),
        Mistake(lambda: pool(stride=pool_size), "the stride is taken to be the window's size, whatever was asked for"),
        Mistake(lambda: pool(stride=((stride or pool_size)[0],) * 2), "the stride of the rows is used for columns too"),
        Mistake(lambda: pool(stride=((stride or pool_size)[1],) * 2), "the stride of the columns is used for rows too"),
        Mistake(lambda: pool(padding=(0, 0)), "the padding is ignored"),
        Mistake(lambda: pool().relu(), "negative results are lost"),
    ]
    if mode == "max" and max(padding) > 0:
        sentence = "max pooling pads with zeros, which win over negative entries; padding must never be the maximum"
        mistakes.insert(0, Mistake(lambda: unpadded(0.0), sentence))
    if mode == "avg":
        mistakes.insert(
            0,
            Mistake(
                lambda: mean_of_covered(X, pool_size, padding, stride),
                "the average leaves the padding out; its zeros count as entries of the window",
            ),
        )
        mistakes.append(Mistake(lambda: pool() * pool_size[0] * pool_size[1], "the windows are summed, not averaged"))
    return mistakes


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


def draw_integers(rng: torch.Generator, size: tuple[int, ...], dtype: str) -> torch.Tensor:
    return torch.randint(*INTEGERS[dtype], size, generator=rng).to(getattr(torch, dtype))


def integer_mistakes(expected: torch.Tensor, pool_size: tuple[int, int]) -> list[Mistake]:
    area = pool_size[0] * pool_size[1]
    sentence = "sums overflow in the input's integer type"
    return [
        Mistake((expected * area).round().remainder(256) / area, "sums above 255 overflow in the input's integer type"),
        *(
            Mistake(lambda n=n: ((expected * area).round() + n / 2).remainder(n).sub(n / 2) / area, sentence)
            for n in (2**8, 2**16)
        ),
        Mistake(expected.floor(), "the averages of integers are rounded; they should be exact"),
        Mistake(expected.trunc(), "the averages of integers are rounded; they should be exact"),
    ]


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
@hint("keep nothing from one call to the next: pad every input afresh", "Batches, padding and stride")
@modes
def test_padded_again(student, reference, rng, mode):
    """pool2d_multi_channel pads an input as it should after one that was as large without padding"""
    for size, padding in ((5, 6), (0, 0)), ((3, 4), (1, 1)):
        X = draw(rng, (2, 2, *size)) - 5 * (padding == (1, 1)) + 5 * (padding == (0, 0))
        expected = reference.pool2d_multi_channel(X, (2, 3), mode, padding, (2, 1))
        got = student.pool2d_multi_channel(X, (2, 3), mode, padding, (2, 1))
        message = "pool2d_multi_channel is wrong after a call with a larger input and less padding"
        assert_close(got, expected, message if padding == (1, 1) else "pool2d_multi_channel is wrong without padding")


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


@criterion("values")
@hint(
    "pad both sides of each axis, go on by the stride, and treat every image and every channel by itself",
    "Batches, padding and stride",
)
@modes
@layouts
def test_multi_channel_values(student, reference, rng, x_size, pool_size, padding, stride, mode):
    """pool2d_multi_channel pools every image and channel, with padding and stride"""
    X = draw(rng, x_size)
    expected = reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
    got = student.pool2d_multi_channel(X, pool_size, mode=mode, padding=padding, stride=stride)
    mistakes = layout_mistakes(reference, X, pool_size, mode, padding, stride)
    assert_close(
        got, expected, f"pool2d_multi_channel is wrong in mode '{mode}'", mistakes=possible(mistakes, expected)
    )


@criterion("values", weight=2)
@hint("which value can never be the maximum of a window?", "Batches, padding and stride")
@pytest.mark.parametrize("scale", [1.0, 1e6, 1e30, 1e38], ids=["small", "large", "huge", "as large as they can be"])
def test_max_negative_padding(student, reference, rng, scale):
    """Max pooling with padding works where every entry is negative"""
    X = -(draw(rng, (2, 2, 5, 6)).abs().clamp(max=3) + 0.1 + (scale > 1e37)).clamp(max=3.3) * scale
    settings = ((3, 4), "max", (1, 2), (2, 1))
    expected = reference.pool2d_multi_channel(X, *settings)
    got = student.pool2d_multi_channel(X, *settings)
    assert_shape(got, expected.shape, "the result of pool2d_multi_channel")
    zero_wins = reference.pool2d_multi_channel(F.pad(X, (2, 2, 1, 1)), (3, 4), "max", (0, 0), (2, 1))
    mistakes = [Mistake(zero_wins / scale, "max pooling pads with zeros, which win over negative entries")]
    message = "max pooling with padding is wrong where every entry is far below zero"
    touched = reference.pool2d_multi_channel(
        F.pad(torch.zeros_like(X), (2, 2, 1, 1), value=1.0), (3, 4), "max", (0, 0), (2, 1)
    )
    too_large = got > expected * (1 - 1e-4)
    if too_large.any() and not differs(torch.where(too_large & (touched > 0), expected, got) / scale, expected / scale):
        message += ": the padding wins"
    assert_close(got / scale, expected / scale, message, mistakes=mistakes if scale < 1e9 else [])


@criterion("values")
@hint("divide by the window's size everywhere, at the border too", "Batches, padding and stride")
def test_avg_counts_padding(student, reference, rng):
    """Average pooling counts the zeros of the padding"""
    X = draw(rng, (1, 2, 5, 6)) + 3
    settings = ((3, 4), "avg", (1, 2), (2, 1))
    expected = reference.pool2d_multi_channel(X, *settings)
    got = student.pool2d_multi_channel(X, *settings)
    mistakes = layout_mistakes(reference, X, *settings)
    assert_close(got, expected, "average pooling with padding is wrong", mistakes=possible(mistakes, expected))


@criterion("values")
@hint("turn an int into a pair first; stride=None stands for the window's size", "Batches, padding and stride")
@modes
@integer_settings
def test_integer_settings(student, reference, rng, given, meant, mode):
    """An int as window, padding or stride means both axes"""
    X = draw(rng, (2, 3, 7, 10))
    expected = reference.pool2d_multi_channel(X, mode=mode, **meant)
    got = student.pool2d_multi_channel(X, mode=mode, **given)
    mistakes = layout_mistakes(
        reference, X, meant["pool_size"], mode, meant.get("padding", (0, 0)), meant.get("stride")
    )
    assert_close(
        got,
        expected,
        "pool2d_multi_channel is wrong where an int stands for both axes",
        mistakes=possible(mistakes, expected),
    )


@criterion("values")
@modes
@pytest.mark.parametrize("padding", [(0, 0), (1, 1)], ids=["no padding", "padding"])
@hint("use X's values in their own order, whatever its layout in memory is", "Batches, padding and stride")
def test_multi_channel_noncontiguous(student, reference, rng, padding, mode):
    """pool2d_multi_channel works on permuted and sliced tensors"""
    X = draw(rng, (6, 3, 9, 2)).permute(3, 1, 2, 0)[:, ::2]
    settings = ((3, 2), mode, padding, (2, 1))
    expected = reference.pool2d_multi_channel(X, *settings)
    got = student.pool2d_multi_channel(X, *settings)
    assert_close(got, expected, "pool2d_multi_channel is wrong on inputs that are views of other tensors")


@criterion("values")
@pytest.mark.parametrize(("x_size", "settings", "expected"), list(EXAMPLES.values()), ids=list(EXAMPLES))
@hint("compare with the numbers in the exercise's text, one window after the other", "Batches, padding and stride")
def test_multi_channel_examples(student, x_size, settings, expected):
    """pool2d_multi_channel gives the documented examples"""
    X = torch.arange(float(torch.Size(x_size).numel())).reshape(x_size)
    message = "pool2d_multi_channel does not give an example in the exercise's text"
    assert_close(student.pool2d_multi_channel(X, **settings), torch.tensor(expected).float(), message)


@criterion("values")
@hint(
    "every channel is pooled by itself: there are as many in the output as in the input", "Batches, padding and stride"
)
def test_channels_example(student):
    """pool2d_multi_channel gives the documented example with X and X+1 as channels"""
    X = torch.arange(16.0).reshape(1, 1, 4, 4)
    got = student.pool2d_multi_channel(torch.cat((X, X + 1), 1), 3, padding=1, stride=2)
    expected = torch.tensor([[[[5.0, 7.0], [13.0, 15.0]], [[6.0, 8.0], [14.0, 16.0]]]])
    assert_close(got, expected, "pool2d_multi_channel does not give the example of two channels")


@criterion("shapes")
@hint("per axis: (size - window) + 1", "Maximum and average")
@modes
def test_pool2d_shapes(student, rng, mode):
    """pool2d's result has one entry per position of the window"""
    for x_size, pool_size in SIZES.values():
        shape = tuple(n - p + 1 for n, p in zip(x_size, pool_size, strict=True))
        assert_shape(student.pool2d(draw(rng, x_size), pool_size, mode), shape, "the result of pool2d")


@criterion("shapes")
@hint(
    "per axis: (size - window + 2 * padding) // stride + 1; a window that does not fit any more is left out",
    "Batches, padding and stride",
)
@modes
@pytest.mark.parametrize(
    "layout", ["no padding, default stride", *list(LAYOUTS)[3:7], "one image, one channel", "one row", "one column"]
)
def test_multi_channel_shapes(student, reference, rng, layout, mode):
    """pool2d_multi_channel keeps batch and channels, and rounds down"""
    x_size, pool_size, padding, stride = LAYOUTS[layout]
    X = draw(rng, x_size)
    shape = reference.pool2d_multi_channel(X, pool_size, mode, padding, stride).shape
    got = student.pool2d_multi_channel(X, pool_size, mode, padding, stride)
    assert_shape(got, shape, "the result of pool2d_multi_channel")


def check_gradient(student, reference, rng, function: str, X: torch.Tensor, *settings, **how) -> None:
    """The gradient of the student's function is the reference's; `how` is as for `assert_gradients`."""
    assert_gradients(getattr(student, function), getattr(reference, function), {"X": X}, settings, rng=rng, **how)


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
@hint(
    "compute the result with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Batches, padding and stride",
)
@modes
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_multi_channel_gradients(student, reference, rng, layout, mode):
    """Gradients reach pool2d_multi_channel's input"""
    x_size, pool_size, padding, stride = LAYOUTS[layout]
    settings = (pool_size, mode, padding, stride)
    check_gradient(student, reference, rng, "pool2d_multi_channel", draw(rng, x_size), *settings)


@criterion("gradients")
@modes
@hint("an int as window, padding or stride changes nothing for the gradient", "Batches, padding and stride")
def test_gradients_of_integer_settings(student, reference, rng, mode):
    """Gradients reach pool2d_multi_channel's input where an int stands for both axes"""
    for settings in (2, mode), ((2, 3), mode, 1), (3, mode, 1, 2):
        X = draw(rng, (2, 2, 5, 6))
        where = " where an int stands for both axes"
        check_gradient(student, reference, rng, "pool2d_multi_channel", X, *settings, where=where)


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
    "the padding must not win, not even where it equals an entry of X: then the entry's gradient is lost",
    "Batches, padding and stride",
)
@pytest.mark.parametrize("kind", ["negative", "zeros", "zeros at the border"])
def test_no_gradient_for_padding(student, rng, kind):
    """The gradient of max pooling goes to entries of X, never to the padding"""
    # Padding by 1 leaves each corner alone in its window: one that is zero is no smaller than zeros as padding.
    value = -torch.rand((), generator=rng).item() - 0.1 if kind == "negative" else 0.0
    X = torch.full((1, 1, 4, 6), value)
    if kind == "zeros at the border":
        X[..., 1:-1, 1:-1] = torch.rand(2, 4, generator=rng) + 0.1
    X.requires_grad_()
    y = student.pool2d_multi_channel(X, (2, 2), "max", (1, 1), (2, 2))
    assert_shape(y, (1, 1, 3, 4), "the result of pool2d_multi_channel")
    check(y.requires_grad, "pool2d_multi_channel cuts the graph: its result does not depend on its input for autograd")
    cotangent = torch.rand(y.shape, generator=rng) + 0.1
    (gradient,) = torch.autograd.grad(y, X, cotangent.to(y.dtype), allow_unused=True)
    check(gradient is not None, "no gradient reaches the input of pool2d_multi_channel")
    # Which of equal entries gets the gradient is open; that they get all of it is not.
    message = "where entries are equally large, they get more gradient in all than one maximum has"
    check(gradient.sum() < cotangent.sum() * (1 + 1e-4), message)
    message = "part of the gradient of max pooling is lost where entries are equally large: does the padding get it?"
    assert_close(gradient.sum(), cotangent.sum(), message)


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


def uses_no_builtin(restricted_student, function: str) -> None:
    calls = restricted_student.forbidden_calls
    check(not calls, f"{function} uses built-in pooling ({', '.join(calls)}); write it from scratch")


def assert_gradient_without_builtins(modules, function: str, X: torch.Tensor, settings, rng) -> None:
    functions = [getattr(module, function) for module in modules]
    everywhere = [lambda X, call=call: call(X, *settings) for call in functions]
    message = f"the gradient of {function} is wrong{NO_BUILTIN}"
    assert_gradients_elsewhere(*everywhere, (X,), rng, message)


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


@criterion("implementation", weight=3)
@modes
@pytest.mark.parametrize(
    "layout", ["no padding, default stride", "1x1 window, strided", "one window", "square", "many images and channels"]
)
@hint("write the computation yourself, with plain tensor operations", "Forbidden")
def test_layouts_from_scratch(restricted_student, student, reference, rng, layout, mode):
    """pool2d_multi_channel needs no built-in pooling without padding and for special windows either"""
    x_size, pool_size, padding, stride = LAYOUTS[layout]
    X = draw(rng, x_size)
    expected = reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)
    try:
        result = restricted_student.pool2d_multi_channel(X, pool_size, mode, padding, stride)
        modules = restricted_student, student, reference
        settings = pool_size, mode, padding, stride
        assert_gradient_without_builtins(modules, "pool2d_multi_channel", X, settings, rng)
    finally:
        uses_no_builtin(restricted_student, "pool2d_multi_channel")
    usual = functools.partial(student.pool2d_multi_channel, X, *settings)
    assert_close_elsewhere(result, usual, expected, "pool2d_multi_channel is wrong", NO_BUILTIN)


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
@hint("work on a copy if you have to change something", "Batches, padding and stride")
@modes
@pytest.mark.parametrize("needs_grad", [False, True], ids=["plain", "requiring gradients"])
@pytest.mark.parametrize("padding", [(0, 0), (1, 1)], ids=["no padding", "padding"])
def test_multi_channel_input_unchanged(observed_student, reference, rng, mode, needs_grad, padding):
    """pool2d_multi_channel leaves its input as it was, and does its work"""
    X, integers = draw(rng, (2, 2, 4, 5)).requires_grad_(needs_grad), draw_integers(rng, (2, 2, 4, 5), "int64")
    single = draw(rng, (1, 1, 5, 5)).requires_grad_(needs_grad)
    for given, window, stride in (
        (X, (2, 3), None),
        (X, (2, 3), (2, 1)),
        (single, (3, 3), (1, 1)),
        (single, (2, 2), None),
    ):
        expected = reference.pool2d_multi_channel(given.detach(), window, mode, padding, stride)
        with unchanged("pool2d_multi_channel", X=given):
            got = observed_student.pool2d_multi_channel(given, window, mode, padding, stride)
        assert_close(got, expected, "pool2d_multi_channel leaves its input alone, but its result is wrong")
    # It need not take integers; if it does, it leaves them alone.
    with unchanged("pool2d_multi_channel", X=integers), contextlib.suppress(StudentError):
        observed_student.pool2d_multi_channel(integers, (2, 3), mode, padding)


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
