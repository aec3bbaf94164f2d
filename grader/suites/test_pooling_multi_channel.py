"""Hidden suite: pooling with padding, strides and channels."""

from __future__ import annotations

import contextlib
import functools

import pytest
import torch
import torch.nn.functional as F

from cases_pooling import draw, draw_integers, modes
from checks_pooling import NO_BUILTIN, assert_gradient_without_builtins, check_gradient, uses_no_builtin
from grader.engine.errors import StudentError
from grader.testing import (
    Mistake,
    assert_close,
    assert_close_elsewhere,
    assert_shape,
    check,
    criterion,
    differs,
    hint,
    unchanged,
)
from mistakes_pooling import layout_mistakes, possible

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
    "very many images": ((45, 1, 3, 4), (2, 3), (0, 1), (1, 2)),
    "large images, and large windows": ((1, 2, 41, 37), (20, 16), (4, 3), (19, 11)),
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
    "int window and stride": ({"pool_size": 4, "stride": 3}, {"pool_size": (4, 4), "stride": (3, 3)}),
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
    window = torch.Size(pool_size) if pool_size == x_size[2:] else pool_size  # X.shape[2:] is one, a tuple as well
    got = student.pool2d_multi_channel(X, window, mode=mode, padding=padding, stride=stride)
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
