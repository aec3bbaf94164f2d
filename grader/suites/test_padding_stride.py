"""Hidden suite: padding and stride, output shapes, receptive fields."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import pytest
import torch
import torch.nn.functional as F

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

NO_BUILTIN = ", with no built-in convolution around"

Pair = tuple[int, int]

# Input, kernel, padding in total, stride.
LAYOUTS = {
    "no padding, no stride": ((5, 7), (2, 3), (0, 0), (1, 1)),
    "even padding": ((5, 6), (3, 3), (2, 4), (1, 1)),
    "odd padding of rows": ((4, 6), (2, 3), (1, 2), (1, 1)),
    "odd padding of columns": ((6, 4), (3, 2), (2, 3), (1, 1)),
    "odd padding of both": ((4, 7), (4, 2), (3, 1), (1, 1)),
    "padding of rows only": ((3, 6), (3, 2), (3, 0), (1, 1)),
    "padding of columns only": ((5, 3), (2, 3), (0, 1), (1, 1)),
    "stride": ((7, 8), (2, 3), (0, 0), (2, 3)),
    "stride that leaves a rest": ((8, 9), (3, 2), (0, 0), (2, 3)),
    "stride of rows only": ((7, 5), (3, 2), (0, 0), (3, 1)),
    "stride of columns only": ((5, 8), (2, 2), (0, 0), (1, 3)),
    "stride larger than the kernel": ((9, 11), (2, 1), (0, 0), (4, 3)),
    "padding and stride": ((6, 8), (3, 2), (3, 2), (2, 3)),
    "odd padding and stride": ((8, 5), (2, 4), (1, 3), (3, 2)),
    "kernel larger than the input": ((2, 3), (4, 5), (5, 3), (1, 1)),
    "much padding": ((3, 4), (2, 2), (5, 7), (2, 2)),
    "1x1 kernel": ((4, 5), (1, 1), (1, 3), (2, 2)),
    "one row": ((1, 6), (1, 3), (0, 3), (1, 2)),
    "one column": ((5, 1), (2, 1), (2, 0), (1, 1)),
    "kernel as large as the input, and padding": ((3, 4), (3, 4), (2, 3), (1, 1)),
    "stride larger than the padded input": ((4, 5), (2, 2), (1, 0), (9, 7)),
    "a square input": ((5, 5), (3, 3), (1, 4), (1, 1)),
    "a square input, and stride": ((6, 6), (2, 2), (1, 1), (2, 2)),
    "a large input": ((19, 23), (4, 3), (3, 2), (2, 3)),
    "a large input, and a large kernel": ((41, 37), (40, 3), (3, 2), (2, 3)),
}
SOME = ["odd padding of both", "stride that leaves a rest", "odd padding and stride", "padding and stride"]


def draw(rng: torch.Generator, *sizes: Pair, dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    return [torch.randn(size, generator=rng, dtype=dtype) for size in sizes]


def draw_ints(rng: torch.Generator, low: int, high: int, count: int = 2) -> tuple[int, ...]:
    """Different integers from low to high."""
    return tuple((torch.randperm(high - low + 1, generator=rng)[:count] + low).tolist())


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


def padded_mistakes(reference, X: torch.Tensor, K: torch.Tensor, padding: Pair, stride: Pair) -> list[Mistake]:
    (p_h, p_w), (s_h, s_w) = padding, stride
    right = reference.corr2d_padded

    def padded(left: int, rest: int, top: int, bottom: int, value: float = 0.0) -> torch.Tensor:
        return right(F.pad(X, (left, rest, top, bottom), value=value), K, (0, 0), stride)

    def mirrored() -> torch.Tensor:
        return padded(p_w // 2, p_w - p_w // 2, p_h // 2, p_h - p_h // 2)

    def repeated() -> torch.Tensor:
        sides = (p_w - p_w // 2, p_w // 2, p_h - p_h // 2, p_h // 2)
        return right(F.pad(X[None, None], sides, mode="replicate")[0, 0], K, (0, 0), stride)

    def strides_from_second() -> torch.Tensor:
        return right(X, K, padding)[s_h - 1 :: s_h, s_w - 1 :: s_w]

    return [
        Mistake(mirrored, "the extra row or column of an odd padding is on the wrong side; it belongs on top or left"),
        Mistake(lambda: padded(p_w - p_w // 2, p_w // 2, p_h // 2, p_h - p_h // 2), "the extra row is at the bottom"),
        Mistake(lambda: padded(p_w // 2, p_w - p_w // 2, p_h - p_h // 2, p_h // 2), "the extra column is on the right"),
        Mistake(
            lambda: padded(p_w, 0, p_h, 0), "all of the padding is on top and left; about half belongs on each side"
        ),
        Mistake(
            lambda: padded(0, p_w, 0, p_h), "all of the padding is at the bottom and right; half belongs on each side"
        ),
        Mistake(lambda: right(X, K, padding[::-1], stride), "the padding of rows and that of columns are swapped"),
        Mistake(lambda: right(X, K, padding, stride[::-1]), "the strides of rows and columns are swapped"),
        Mistake(lambda: right(X, K, padding), "the stride is ignored"),
        Mistake(strides_from_second, "the stride starts at the wrong position: the first window always counts"),
        Mistake(lambda: right(X, K.flip(0, 1), padding, stride), "the kernel is flipped: that is convolution"),
        Mistake(lambda: right(X, K, padding, stride).relu(), "negative results are lost"),
        Mistake(lambda: padded(p_w - p_w // 2, p_w // 2, p_h - p_h // 2, p_h // 2, 1.0), "the padding is not zero"),
        Mistake(repeated, "the padding repeats the border; it should be zero"),
    ]


def whole_pair(value: object, function: str) -> Pair:
    """The pair of integers that the function returned."""
    is_pair = isinstance(value, tuple | list) and len(value) == 2
    check(is_pair, f"{function} should return a pair of integers")
    check(all(type(item) is int for item in value), f"{function} should return integers, not floats or tensors")
    return tuple(value)


def assert_pair(value: object, expected: Pair, function: str, mistakes: dict[str, Pair]) -> None:
    got = whole_pair(value, function)
    reverse = f"{function} returns width and height in place of height and width"
    assert_number(got, expected, {**mistakes, reverse: expected[::-1]}, f"{function} is wrong")


def assert_number(got: object, expected: object, mistakes: Mapping[str, object], message: str) -> None:
    """`got` is right; if it is what one of the mistakes leads to, that one is named. What two lead to tells neither."""
    named = [sentence for sentence, mistake in mistakes.items() if got == mistake != expected]
    check(got == expected, named[0] if len(named) == 1 else message)


def output_shape_mistakes(n: Pair, k: Pair, p: Pair, s: Pair) -> dict[str, Pair]:
    def each(formula: Callable[[int, int, int, int], int]) -> Pair:
        return tuple(formula(*axis) for axis in zip(n, k, p, s, strict=True))

    def same_stride(stride: int) -> Pair:
        return each(lambda n, k, p, s: (n - k + p + stride) // stride)

    def swapped(*sizes: Pair) -> Pair:
        return tuple((n - k + p + s) // s for n, k, p, s in zip(*sizes, strict=True))

    return {
        "the padding is added on each side; here it is the total of both sides": each(
            lambda n, k, p, s: (n - k + 2 * p + s) // s
        ),
        "the result is rounded up: a window that does not fit any more is left out": each(
            lambda n, k, p, s: -((k - n - p - s) // s)
        ),
        "the result is rounded to the nearest integer: a window that does not fit any more is left out": each(
            lambda n, k, p, s: round((n - k + p + s) / s)
        ),
        "one position is missing: the first window counts too": each(lambda n, k, p, s: (n - k + p) // s),
        "the stride is ignored": each(lambda n, k, p, s: n - k + p + 1),
        "the padding is ignored": each(lambda n, k, p, s: (n - k + s) // s),
        "the stride of the rows is used for columns too": same_stride(s[0]),
        "the stride of the columns is used for rows too": same_stride(s[1]),
        "the strides of rows and columns are swapped": swapped(n, k, p, s[::-1]),
        "the padding of rows and that of columns are swapped": swapped(n, k, p[::-1], s),
        "the kernel's height and width are swapped": swapped(n, k[::-1], p, s),
    }


@criterion("values")
@hint(
    "the formula is in the exercise's text: padding is the total per axis, and the division rounds down",
    "The output's shape",
)
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_output_shape(student, reference, layout):
    """conv_output_shape counts the window's positions"""
    sizes = LAYOUTS[layout]
    expected = tuple((n - k + p + s) // s for n, k, p, s in zip(*sizes, strict=True))
    got = student.conv_output_shape(*sizes)
    assert_pair(got, expected, "conv_output_shape", output_shape_mistakes(*sizes))


@criterion("values", weight=2)
@hint(
    "the formula is in the exercise's text: padding is the total per axis, and the division rounds down",
    "The output's shape",
)
@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_output_shape_random(student, rng, attempt):
    """conv_output_shape counts the window's positions for sizes drawn at random"""
    for _ in range(5):
        sizes = (draw_ints(rng, 20, 400), draw_ints(rng, 1, 12), draw_ints(rng, 0, 9), draw_ints(rng, 2, 7))
        expected = tuple((n - k + p + s) // s for n, k, p, s in zip(*sizes, strict=True))
        n, k, p, s = sizes
        got = student.conv_output_shape(n, k, padding=p, stride=s)
        assert_pair(got, expected, "conv_output_shape", output_shape_mistakes(*sizes))


@criterion("values")
@hint("without further arguments there is no padding, and the stride is 1", "The output's shape")
def test_output_shape_defaults(student, rng):
    """conv_output_shape has no padding and stride 1 unless told otherwise"""
    n, k, p, s = draw_ints(rng, 20, 90), draw_ints(rng, 1, 9), draw_ints(rng, 1, 9), draw_ints(rng, 2, 7)
    plain = tuple(n - k + 1 for n, k in zip(n, k, strict=True))
    assert_pair(student.conv_output_shape(n, k), plain, "conv_output_shape without padding and stride", {})
    padded = tuple(n - k + p + 1 for n, k, p in zip(n, k, p, strict=True))
    assert_pair(student.conv_output_shape(n, k, p), padded, "conv_output_shape with padding only", {})
    strided = tuple((n - k + s) // s for n, k, s in zip(n, k, s, strict=True))
    assert_pair(student.conv_output_shape(n, k, stride=s), strided, "conv_output_shape with a stride only", {})


@criterion("values")
@hint("how many rows does a kernel take away at stride 1? The padding is the total of both sides", "Keeping the size")
@pytest.mark.parametrize("kind", ["odd", "even", "mixed", "small", "1x1"])
def test_same_padding(student, rng, kind):
    """same_padding keeps height and width at stride 1"""
    first, second = draw_ints(rng, 1, 20)
    kernel = {
        "odd": (2 * first + 1, 2 * second + 1),
        "even": (2 * first, 2 * second),
        "mixed": (2 * first, 2 * second + 1),
        "small": (2, 3),
        "1x1": (1, 1),
    }[kind]
    expected = (kernel[0] - 1, kernel[1] - 1)
    halves = tuple((k - 1) // 2 for k in kernel)
    mistakes = {
        "same_padding gives the padding of one side; here padding is the total of both": halves,
        "same_padding gives the padding of one side, rounded up; here padding is the total of both": tuple(
            k // 2 for k in kernel
        ),
        "same_padding gives the kernel's size; a kernel of size 1 needs no padding": kernel,
        "an even kernel needs an odd padding in total": tuple(2 * (half) for half in halves),
    }
    assert_pair(student.same_padding(kernel), expected, "same_padding", mistakes)


@criterion("values")
@hint("pad with zeros, the extra row on top and the extra column on the left; then take every s-th window", "Padding")
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_corr2d_padded_values(student, reference, rng, layout):
    """corr2d_padded pads with zeros and moves by the stride"""
    x_size, k_size, padding, stride = LAYOUTS[layout]
    X, K = draw(rng, x_size, k_size)
    expected = reference.corr2d_padded(X, K, padding, stride)
    mistakes = possible(padded_mistakes(reference, X, K, padding, stride), expected)
    got = student.corr2d_padded(X, K, padding=padding, stride=stride)
    assert_close(got, expected, f"corr2d_padded is wrong with {layout}", mistakes=mistakes)


@criterion("values")
@hint("without further arguments there is no padding, and the stride is 1", "Padding")
def test_corr2d_padded_defaults(student, reference, rng):
    """corr2d_padded has no padding and stride 1 unless told otherwise"""
    X, K = draw(rng, (5, 7), (2, 3))
    expected = reference.corr2d_padded(X, K, (0, 0), (1, 1))
    assert_close(student.corr2d_padded(X, K), expected, "corr2d_padded is wrong without padding and stride")
    expected = reference.corr2d_padded(X, K, (3, 2), (1, 1))
    assert_close(student.corr2d_padded(X, K, (3, 2)), expected, "corr2d_padded is wrong with padding only")
    expected = reference.corr2d_padded(X, K, (0, 0), (2, 3))
    assert_close(student.corr2d_padded(X, K, stride=(2, 3)), expected, "corr2d_padded is wrong with a stride only")


@criterion("values")
@hint("a call may not depend on autograd being on", "Padding")
def test_corr2d_padded_without_gradients(student, reference, rng):
    """corr2d_padded gives the same values where gradients are asked for, and under torch.no_grad()"""
    x_size, k_size, padding, stride = LAYOUTS["padding and stride"]
    X, K = draw(rng, x_size, k_size)
    expected = reference.corr2d_padded(X, K, padding, stride)
    assert_close(student.corr2d_padded(X, K, padding, stride), expected, "corr2d_padded is wrong")
    got = student.corr2d_padded(X.requires_grad_(), K.requires_grad_(), padding, stride)
    assert_close(got, expected, "corr2d_padded is wrong where its inputs require gradients")
    with torch.no_grad():
        got = student.corr2d_padded(X, K, padding, stride)
    assert_close(got, expected, "corr2d_padded is wrong under torch.no_grad() only")


@criterion("values")
@hint("keep nothing from one call to the next, neither inputs nor results", "Padding")
def test_corr2d_padded_again(student, reference, rng):
    """corr2d_padded sees that its inputs have changed, and leaves its earlier results alone"""
    pairs = [draw(rng, (5, 6), (2, 3)) for _ in range(2)]
    settings = ((1, 1), (1, 1))
    expected = reference.corr2d_padded(*pairs[0], *settings)
    assert_close(student.corr2d_padded(*pairs[0], *settings), expected, "corr2d_padded is wrong")
    results = student.corr2d_padded.called_again(*((*pair, *settings) for pair in pairs))
    messages = (
        "corr2d_padded's result is wrong after a second call: does that one write into the first one's result?",
        "corr2d_padded is wrong after its input and its kernel were changed in place",
    )
    for result, pair, message in zip(results, pairs, messages, strict=True):
        assert_close(result, reference.corr2d_padded(*pair, *settings), message)
    # With the padding the input is as large as the one before.
    X, K = draw(rng, (4, 5), (2, 3))
    message = "corr2d_padded is wrong after a call with a larger input and less padding"
    got = student.corr2d_padded(X, K, (2, 2), (1, 1))
    assert_close(got, reference.corr2d_padded(X, K, (2, 2), (1, 1)), message)


@criterion("values")
@hint("an odd total puts the extra row on top and the extra column on the left", "Padding")
@pytest.mark.parametrize("axis", ["rows", "columns"])
def test_extra_side(student, reference, rng, axis):
    """The extra row or column of an odd padding is on top or left"""
    X = draw(rng, (4, 5))[0]
    padding = (3, 0) if axis == "rows" else (0, 3)
    one = torch.ones(1, 1)
    expected = reference.corr2d_padded(X, one, padding, (1, 1))
    got = student.corr2d_padded(X, one, padding, (1, 1))
    side = "top" if axis == "rows" else "the left"
    mistakes = padded_mistakes(reference, X, one, padding, (1, 1))
    message = f"an odd padding of {axis} should have its extra one on {side}"
    assert_close(got, expected, message, mistakes=possible(mistakes, expected))


@criterion("values")
@pytest.mark.parametrize("padding", [(0, 0), (1, 2)], ids=["no padding", "padding"])
@hint("use the tensors' values in their own order, whatever their layout in memory is", "Padding")
def test_corr2d_padded_noncontiguous(student, reference, rng, padding):
    """corr2d_padded works on transposed and sliced tensors"""
    X, K = draw(rng, (7, 12), (3, 2))
    X, K = X.T[1::2], K.T
    expected = reference.corr2d_padded(X, K, padding, (2, 1))
    got = student.corr2d_padded(X, K, padding, (2, 1))
    assert_close(got, expected, "corr2d_padded is wrong on inputs that are views of other tensors")


@criterion("values")
@hint("with this padding and stride 1 the output has the input's shape, for even kernels too", "Keeping the size")
def test_same_padding_keeps_shape(student, reference, rng):
    """corr2d_padded with same_padding keeps height and width"""
    kernel, size = (4, 3), (6, 8)
    X, K = draw(rng, size, kernel)
    padding = whole_pair(student.same_padding(kernel), "same_padding")
    expected = reference.corr2d_padded(X, K, (3, 2))
    got = student.corr2d_padded(X, K, padding)
    assert_shape(got, size, "the result of corr2d_padded with same_padding's padding")
    assert_close(got, expected, "corr2d_padded with same_padding's padding is wrong")


def receptive_field(layers: list[Pair]) -> int:
    """How many inputs one output depends on: each layer adds (k - 1) steps of the product of the strides before it."""
    size, step = 1, 1
    for kernel, stride in layers:
        size, step = size + (kernel - 1) * step, step * stride
    return size


def receptive_field_mistakes(layers: list[Pair]) -> dict[str, int]:
    if not layers:
        return {}
    own_stride, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        own_stride += (kernel - 1) * step
    later = receptive_field([(layers[0][0], 1), *layers[1:]])
    only_last = 1
    for (kernel, _), (_, before) in zip(layers, [(1, 1), *layers], strict=False):
        only_last += (kernel - 1) * before
    return {
        "receptive_field ignores the strides": receptive_field([(k, 1) for k, _ in layers]),
        "the first layer's stride is left out": later,
        "a layer's own stride does not widen what it sees, only what the layers after it see": own_stride,
        "the layers are taken from output to input; the list goes from input to output": receptive_field(layers[::-1]),
        "the strides of all earlier layers multiply, not only that of the layer before": only_last,
        "receptive_field adds the kernels up; neighbouring windows overlap": sum(k for k, _ in layers),
    }


def assert_field(got: object, layers: list[Pair]) -> None:
    check(type(got) is int, "receptive_field should return an integer")
    expected = receptive_field(layers)
    message = "receptive_field is wrong" if layers else "receptive_field is wrong without any layer"
    assert_number(got, expected, receptive_field_mistakes(layers), message)


@criterion("values")
@hint("each layer adds (kernel - 1) steps; how long is a step, counted in pixels of the input?", "Receptive field")
@pytest.mark.parametrize(
    "layers",
    [
        [],
        [(3, 1)],
        [(5, 3)],
        [(3, 1), (3, 1)],
        [(3, 2), (5, 1)],
        [(2, 3), (4, 2), (3, 1)],
        [(1, 2), (3, 2), (1, 3), (2, 2)],
        [(5, 1), (2, 2), (5, 1), (2, 2)],
    ],
    ids=[
        "no layer",
        "one layer",
        "one strided layer",
        "two layers",
        "strided, then not",
        "three",
        "1x1 kernels",
        "LeNet",
    ],
)
def test_receptive_field(student, layers):
    """receptive_field counts the inputs that one output depends on"""
    assert_field(student.receptive_field(layers), layers)


@criterion("values", weight=2)
@hint("each layer adds (kernel - 1) steps; how long is a step, counted in pixels of the input?", "Receptive field")
def test_receptive_field_random(student, rng):
    """receptive_field is right for layers drawn at random"""
    for depth in (5, 2, 3, 8, 13):  # first a depth at which different mistakes lead to different numbers
        layers = list(zip(draw_ints(rng, 1, 15, depth), draw_ints(rng, 1, 14, depth), strict=True))
        assert_field(student.receptive_field(layers), layers)
        assert_field(student.receptive_field(layers[::-1]), layers[::-1])


@criterion("shapes")
@hint("the shape is what conv_output_shape says", "The output's shape")
@pytest.mark.parametrize("stride", [(1, 1), (2, 3), (3, 1)], ids=["stride 1", "stride 2 and 3", "stride 3 and 1"])
def test_corr2d_padded_shapes(student, rng, stride):
    """corr2d_padded's result has one entry per position of the window"""
    for x_size, k_size, padding, _ in LAYOUTS.values():
        X, K = draw(rng, x_size, k_size)
        shape = [(n - k + p + s) // s for n, k, p, s in zip(x_size, k_size, padding, stride, strict=True)]
        assert_shape(student.corr2d_padded(X, K, padding, stride), shape, "the result of corr2d_padded")


@criterion("shapes")
@hint(
    "the formula is in the exercise's text: padding is the total per axis, and the division rounds down",
    "The output's shape",
)
@pytest.mark.parametrize("layouts", [list(LAYOUTS)[:7], list(LAYOUTS)[7:]], ids=["stride 1", "all strides"])
def test_output_shape_of_result(student, reference, layouts):
    """conv_output_shape is the shape of corr2d_padded's result, as a pair of integers"""
    for x_size, k_size, padding, stride in (LAYOUTS[layout] for layout in layouts):
        shape = reference.corr2d_padded(torch.zeros(x_size), torch.zeros(k_size), padding, stride).shape
        got = student.conv_output_shape(x_size, k_size, padding, stride)
        mistakes = output_shape_mistakes(x_size, k_size, padding, stride)
        assert_pair(got, tuple(shape), "conv_output_shape", mistakes)


@criterion("shapes")
@hint("how many rows does a kernel take away at stride 1? The padding is the total of both sides", "Keeping the size")
def test_same_padding_is_pair(student, reference, rng):
    """same_padding keeps the shape, and is a pair of integers"""
    for kernel in ((3, 4), (2, 5), (1, 2)):
        padding = whole_pair(student.same_padding(kernel), "same_padding")
        check(min(padding) >= 0, "same_padding returns a negative number")
        check(max(padding) < 20, "same_padding returns more than any of the kernels here needs")
        shape = reference.corr2d_padded(torch.zeros(6, 7), torch.zeros(kernel), padding).shape
        check(shape == (6, 7), "with same_padding's padding the result does not have the input's shape at stride 1")


@criterion("gradients")
@hint(
    "compute the result from X and K with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Padding",
)
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_gradients(student, reference, rng, layout):
    """Gradients reach the input and the kernel of corr2d_padded"""
    x_size, k_size, padding, stride = LAYOUTS[layout]
    check_gradients(student, reference, rng, draw(rng, x_size, k_size), padding, stride)


@criterion("gradients")
@hint("no copy by way of numbers or numpy, whatever the layout in memory is", "Padding")
def test_gradients_of_views(student, reference, rng):
    """Gradients of corr2d_padded reach transposed inputs and kernels"""
    X, K = draw(rng, (6, 5), (3, 2))
    check_gradients(student, reference, rng, [X.T, K.T], (1, 2), (2, 1), where=" where X and K are transposed")


@criterion("gradients")
@hint("without further arguments the result is computed from X and K as with them", "Padding")
def test_gradients_with_defaults(student, reference, rng):
    """Gradients of corr2d_padded reach input and kernel where padding or stride are left out"""
    for settings in (), ((1, 2),):
        inputs = draw(rng, (5, 6), (2, 3))
        check_gradients(student, reference, rng, inputs, *settings, where=" where padding or stride are left out")


@criterion("gradients")
@hint("a backward pass may be handed any tensor of the result's shape: `view` and `+=` do not suit all", "Padding")
@pytest.mark.parametrize("kind", COTANGENTS)
def test_gradients_of_used_result(student, reference, rng, kind):
    """Gradients of corr2d_padded reach input and kernel from a result that is summed up or transposed"""
    inputs, settings = draw(rng, (5, 6), (2, 3)), ((1, 2), (2, 1))
    cotangent = strided_cotangent(kind, reference.corr2d_padded(*inputs, *settings).shape, rng)
    where = f" where the result is {kind}"
    check_gradients(student, reference, rng, inputs, *settings, where=where, cotangent=cotangent)


@criterion("gradients")
@hint("what a backward pass needs belongs to its own forward pass, not to the module or the class", "Padding")
def test_gradients_after_another_call(student, reference, rng):
    """Gradients of corr2d_padded reach the inputs of a call after which there was another one"""
    X, K, *others = draw(rng, (5, 6), (2, 3), (5, 6), (2, 3))

    def call_again() -> None:
        student.corr2d_padded(*(tensor.requires_grad_() for tensor in others), (1, 2), (2, 1))

    where = " where the function is called again before backward"
    check_gradients(student, reference, rng, [X, K], (1, 2), (2, 1), where=where, before_backward=call_again)


@criterion("gradients")
@hint("an entry that is zero has a gradient like any other: leave none out", "Padding")
@pytest.mark.parametrize("kind", ["zeros among the entries", "input of zeros", "kernel of zeros"])
def test_gradients_at_zeros(student, reference, rng, kind):
    """Gradients of corr2d_padded reach entries that are zero"""
    x_size, k_size, padding, stride = LAYOUTS["padding and stride"]
    X, K = draw(rng, x_size, k_size)
    X[:4, :5], K[0, 1], K[1, 0] = 0, 0, 0
    X, K = X * (kind != "input of zeros"), K * (kind != "kernel of zeros")
    check_gradients(student, reference, rng, [X, K], padding, stride, where=" where entries are zero")


def check_gradients(student, reference, rng, inputs: list[torch.Tensor], *settings, **how) -> None:
    """The gradients of the student's corr2d_padded are the reference's; `how` is as for `assert_gradients`.

    `settings` are padding and stride, as far as they are given.
    """
    named = dict(zip(("X", "K"), inputs, strict=True))
    assert_gradients(student.corr2d_padded, reference.corr2d_padded, named, settings, rng=rng, **how)


@criterion("gradients")
@pytest.mark.parametrize("wanted", ["X", "K"])
@hint(
    "compute the result from the inputs with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Padding",
)
def test_one_gradient(student, reference, rng, wanted):
    """Gradients reach the one of input and kernel that requires grad"""
    check_gradients(student, reference, rng, draw(rng, (5, 6), (2, 3)), (1, 2), (2, 1), wanted=(wanted,))


@criterion("gradients")
@hint(
    "compute the result from the inputs with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Padding",
)
def test_gradcheck(student, reference, rng):
    """Gradients agree with finite differences in double precision"""
    inputs, settings = draw(rng, (4, 5), (2, 3), dtype=torch.float64), ((3, 1), (2, 1))
    expected = reference.corr2d_padded(*inputs, *settings)
    for tensor in inputs:
        tensor.requires_grad_()
    result = student.corr2d_padded(*[tensor.clone() for tensor in inputs], *settings)
    assert_close(result, expected, "corr2d_padded itself is wrong, so its gradients are")
    check(result.requires_grad, "corr2d_padded cuts the graph: its result does not depend on its inputs for autograd")
    # Whoever computes in single precision is right too, but finite differences cannot tell.
    if result.dtype == torch.float64 and not differs(result, expected, rtol=1e-10, atol=1e-10):
        call = student.corr2d_padded
        torch.autograd.gradcheck(lambda X, K: call(X, K, *settings), inputs, fast_mode=True)


@criterion("implementation", weight=8)
@pytest.mark.parametrize("layout", ["no padding, no stride", *SOME[1:3], "a large input, and a large kernel"])
@hint("build on corr2d, slices and a tensor of zeros", "Forbidden")
def test_from_scratch(restricted_student, student, reference, rng, layout):
    """corr2d_padded and its gradient work without any built-in convolution"""
    x_size, k_size, padding, stride = LAYOUTS[layout]
    X, K = draw(rng, x_size, k_size)
    expected = reference.corr2d_padded(X, K, padding, stride)
    try:
        plain = restricted_student.corr2d_padded(X, K, padding, stride)
        tracked = restricted_student.corr2d_padded(X.requires_grad_(), K.requires_grad_(), padding, stride)
        everywhere = [
            lambda X, K, call=module.corr2d_padded: call(X, K, padding, stride)
            for module in (restricted_student, student, reference)
        ]
        message = f"the gradient of corr2d_padded is wrong{NO_BUILTIN}"
        assert_gradients_elsewhere(*everywhere, (X, K), rng, message)
    finally:
        calls = restricted_student.forbidden_calls
        check(not calls, f"corr2d_padded uses a built-in convolution ({', '.join(calls)}); write it from scratch")
    for result in (plain, tracked):
        usual = functools.partial(student.corr2d_padded, X, K, padding, stride)
        assert_close_elsewhere(result, usual, expected, "corr2d_padded is wrong", NO_BUILTIN)


@criterion("implementation")
@hint("work on a copy if you have to change something", "Padding")
@pytest.mark.parametrize("part", range(5), ids=["stride 1", "stride", "padding and stride", "thin", "square and large"])
@pytest.mark.parametrize("needs_grad", [False, True], ids=["plain", "requiring gradients"])
def test_inputs_unchanged(observed_student, reference, rng, part, needs_grad):
    """corr2d_padded leaves its inputs as they were, and does its work"""
    for x_size, k_size, padding, stride in list(LAYOUTS.values())[5 * part : 5 * part + 5]:
        X, K = (tensor.requires_grad_(needs_grad) for tensor in draw(rng, x_size, k_size))
        expected = reference.corr2d_padded(X.detach(), K.detach(), padding, stride)
        with unchanged("corr2d_padded", X=X, K=K):
            got = observed_student.corr2d_padded(X, K, padding, stride)
        assert_close(got, expected, "corr2d_padded leaves its inputs alone, but its result is wrong")


@criterion("implementation")
@uses_harness("gradients")
@hint("work on a copy if you have to change something, in a backward pass of your own too", "Padding")
def test_backward_changes_nothing(student, harness, reference, rng):
    """A backward pass leaves corr2d_padded's inputs as they were"""
    inputs, settings = dict(zip(("X", "K"), draw(rng, (5, 6), (2, 3)), strict=True)), ((1, 2), (2, 1))
    calls = student.corr2d_padded, reference.corr2d_padded
    assert_backward_changes_nothing(harness, calls[0], "corr2d_padded", calls[1], inputs, settings, rng)


@criterion("implementation")
@hint("work on a copy of the list if you have to change it", "Receptive field")
def test_layers_unchanged(student, harness, rng):
    """receptive_field leaves the list of layers as it was"""
    layers = list(zip(draw_ints(rng, 2, 9, 4), draw_ints(rng, 2, 9, 4), strict=True))
    first, second, after = harness.twice_with(student.receptive_field, layers)
    check(after == layers, "receptive_field changes the list of layers")
    check(first == second, "a second call of receptive_field with the same list gives another result")
    assert_field(first, layers)
