"""Hidden suite: output shapes, the padding that keeps the size, receptive fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import torch

from cases_padding_stride import LAYOUTS, Pair, draw
from grader.testing import assert_close, assert_shape, check, criterion, hint


def draw_ints(rng: torch.Generator, low: int, high: int, count: int = 2) -> tuple[int, ...]:
    """Different integers from low to high."""
    return tuple((torch.randperm(high - low + 1, generator=rng)[:count] + low).tolist())


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
        "same_padding gives the kernel's size; that is one too much": kernel,
        "an even kernel needs an odd padding in total": tuple(2 * (half) for half in halves),
    }
    assert_pair(student.same_padding(kernel), expected, "same_padding", mistakes)


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
        [(4, 3), (3, 2), (2, 1)],
        [(1, 1), (5, 2), (1, 2), (2, 2)],
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
    for depth in (4, 2, 3, 5, 12):  # first a depth at which different mistakes lead to different numbers
        layers = draw_layers(rng, depth)
        assert_field(student.receptive_field(layers), layers)
        assert_field(student.receptive_field(layers[::-1]), layers[::-1])


def draw_layers(rng: torch.Generator, depth: int) -> list[Pair]:
    """Layers that suit `can_be_counted` in either order; of many, most have stride 1."""
    few = depth < 6
    while True:
        kernels = torch.randint(2 if few else 1, 8, (depth,), generator=rng)
        strides = torch.randint(1, 5, (depth,), generator=rng)
        strides[torch.rand(depth, generator=rng) > (1 if few else 0.3)] = 1
        layers = list(zip(kernels.tolist(), strides.tolist(), strict=True))
        if can_be_counted(layers) and can_be_counted(layers[::-1]):
            return layers


def can_be_counted(layers: list[Pair]) -> bool:
    """Whether an output sees no gaps, which some might not count, and few enough pixels to find them one by one."""
    field = step = 1
    for kernel, stride in layers:
        if step > field:
            return False
        field, step = field + (kernel - 1) * step, step * stride
    return field <= 2000


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


@criterion("implementation")
@hint("work on a copy of the list if you have to change it", "Receptive field")
def test_layers_unchanged(student, harness, rng):
    """receptive_field leaves the list of layers as it was"""
    layers = draw_layers(rng, 4)
    first, second, between, after = harness.twice_with(student.receptive_field, layers)
    check(between == after == layers, "receptive_field changes the list of layers")
    check(first == second, "a second call of receptive_field with the same list gives another result")
    assert_field(first, layers)
