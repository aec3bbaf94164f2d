"""Hidden suite: cross-correlation with padding and stride."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F

from cases_padding_stride import LAYOUTS, Pair, draw
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
SOME = ["odd padding of both", "stride that leaves a rest", "odd padding and stride", "padding and stride"]


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

    def odd_on_one_side(first: bool) -> torch.Tensor:
        (left, rest), (top, bottom) = ((p, 0) if p % 2 else (p // 2, p // 2) for p in (p_w, p_h))
        return padded(left, rest, top, bottom) if first else padded(rest, left, bottom, top)

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
        *(
            Mistake(
                lambda first=first: odd_on_one_side(first),
                "an odd padding is all on one side; about half belongs on each",
            )
            for first in (True, False)
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


@criterion("shapes")
@hint("the shape is what conv_output_shape says", "The output's shape")
@pytest.mark.parametrize("stride", [(1, 1), (2, 3), (3, 1)], ids=["stride 1", "stride 2 and 3", "stride 3 and 1"])
def test_corr2d_padded_shapes(student, rng, stride):
    """corr2d_padded's result has one entry per position of the window"""
    for x_size, k_size, padding, _ in LAYOUTS.values():
        X, K = draw(rng, x_size, k_size)
        shape = [(n - k + p + s) // s for n, k, p, s in zip(x_size, k_size, padding, stride, strict=True)]
        assert_shape(student.corr2d_padded(X, K, padding, stride), shape, "the result of corr2d_padded")


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
@pytest.mark.parametrize("k_size", [(2, 3), (6, 8)], ids=["small kernel", "kernel as large as the padded input"])
def test_gradients_after_another_call(student, reference, rng, k_size):
    """Gradients of corr2d_padded reach the inputs of a call after which there was another one"""
    X, K, *others = draw(rng, (5, 6), k_size, (5, 6), k_size)

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
