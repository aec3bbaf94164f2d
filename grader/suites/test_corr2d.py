"""Hidden suite: cross-correlation and convolution."""

from __future__ import annotations

import functools

import pytest
import torch

from cases_corr2d import draw
from checks_corr2d import NO_BUILTIN, uses_no_builtin
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

SIZES = {
    "5x7-2x3": ((5, 7), (2, 3)),
    "6x4-1x2": ((6, 4), (1, 2)),
    "4x6-3x1": ((4, 6), (3, 1)),
    "kernel as large as the input": ((3, 4), (3, 4)),
    "1x1 kernel": ((4, 5), (1, 1)),
    "square": ((6, 6), (3, 3)),
    "large": ((19, 23), (5, 4)),
    "many rows": ((70, 4), (3, 2)),
    "many columns": ((4, 70), (2, 3)),
    "large, and a large kernel": ((41, 37), (40, 3)),
}
sizes = pytest.mark.parametrize(("x_size", "k_size"), list(SIZES.values()), ids=list(SIZES))
# One row or column, of the input or of the result.
THIN = {
    "one row": ((1, 7), (1, 3)),
    "one column": ((6, 1), (4, 1)),
    "a kernel as high as the input": ((3, 7), (3, 2)),
    "a kernel as wide as the input": ((7, 3), (2, 3)),
}
functions = pytest.mark.parametrize("function", ["corr2d", "conv2d"])
# Types of input and kernel.
INTEGERS = {
    "int64": (torch.int64, torch.int64),
    "int32": (torch.int32, torch.int32),
    "int16": (torch.int16, torch.int16),
    "int8": (torch.int8, torch.int8),
    "uint8": (torch.uint8, torch.uint8),
    "integer input": (torch.int64, torch.float32),
    "integer kernel": (torch.float32, torch.int32),
    "larger type of kernel": (torch.uint8, torch.int64),
    "larger type of input": (torch.int64, torch.int8),
}


def correlation_mistakes(X: torch.Tensor, K: torch.Tensor, corr2d) -> list[Mistake]:
    return [
        Mistake(lambda: corr2d(X, K.flip(0, 1)), "the kernel is flipped: that is convolution, not cross-correlation"),
        Mistake(lambda: corr2d(X, K.abs()), "negative kernel entries are treated as positive"),
        Mistake(lambda: corr2d(X, K) / K.numel(), "the products are averaged; they should be summed"),
        Mistake(lambda: corr2d(X, K).relu(), "negative results are lost"),
        Mistake(lambda: corr2d(X, K).round(), "the result is rounded to whole numbers"),
    ]


def convolution_mistakes(X: torch.Tensor, K: torch.Tensor, corr2d) -> list[Mistake]:
    return [
        Mistake(lambda: corr2d(X, K), "conv2d does not flip the kernel"),
        Mistake(lambda: corr2d(X, K.flip(0)), "conv2d flips only the kernel's rows; both axes have to be flipped"),
        Mistake(lambda: corr2d(X, K.flip(1)), "conv2d flips only the kernel's columns; both axes have to be flipped"),
        Mistake(lambda: corr2d(X.flip(0, 1), K), "conv2d flips the input; the kernel has to be flipped"),
    ]


def sizes_in_words(X: torch.Tensor, K: torch.Tensor) -> str:
    return f"a {X.shape[0]}×{X.shape[1]} input with a {K.shape[0]}×{K.shape[1]} kernel"


@criterion("values")
@hint(
    "slide a window of the kernel's size over every position; multiply element by element, then sum",
    "Cross-correlation",
)
@sizes
def test_corr2d_values(student, reference, rng, x_size, k_size):
    """corr2d computes the cross-correlation"""
    X, K = draw(rng, x_size, k_size)
    expected, mistakes = reference.corr2d(X, K), correlation_mistakes(X, K, reference.corr2d)
    assert_close(student.corr2d(X, K), expected, f"corr2d is wrong on {sizes_in_words(X, K)}", mistakes=mistakes)


@criterion("values")
@hint("flip the kernel along both axes, then cross-correlate", "Convolution")
@sizes
def test_conv2d_values(student, reference, rng, x_size, k_size):
    """conv2d computes the true convolution"""
    X, K = draw(rng, x_size, k_size)
    expected, mistakes = reference.conv2d(X, K), convolution_mistakes(X, K, reference.corr2d)
    assert_close(student.conv2d(X, K), expected, f"conv2d is wrong on {sizes_in_words(X, K)}", mistakes=mistakes)


@criterion("values")
@hint("turn the inputs into floating point before you compute with them, whatever they are", "Cross-correlation")
@functions
@pytest.mark.parametrize("kind", list(INTEGERS))
def test_integers(student, reference, rng, function, kind):
    """corr2d and conv2d take integer tensors and return floating point"""
    # Sums overflow in a small type; single products fit, since the book's own code multiplies before it converts.
    types = INTEGERS[kind]
    low, high = {torch.uint8: (0, 50), torch.int8: (-25, 26), torch.int64: (-5000, 5000)}.get(types[0], (-9, 10))
    X = torch.randint(low, high, (4, 6), generator=rng)
    K = torch.randint(3, 6, (2, 3), generator=rng)
    if types[1] != torch.uint8:
        K = K * torch.tensor([1, -1, 1])  # a negative entry in every window
    X, K = ((tensor + 0.5 * dtype.is_floating_point).to(dtype) for tensor, dtype in zip((X, K), types, strict=True))
    compute = getattr(reference, function)
    expected = compute(X.float(), K.float())
    mistakes = [
        Mistake(expected.remainder(256), "sums above 255 overflow where the inputs are small integers"),
        Mistake(expected.trunc(), "results with fractions are rounded"),
        Mistake(
            lambda: compute(X.float(), K.to(X.dtype).float()),
            "the kernel's fractions are lost" if K.is_floating_point() else "the kernel does not fit the input's type",
        ),
        Mistake(
            lambda: compute(X.to(K.dtype).float(), K.float()),
            "the input's fractions are lost" if X.is_floating_point() else "the input does not fit the kernel's type",
        ),
    ]
    kinds = f"input ({X.dtype}) and kernel ({K.dtype})".replace("torch.", "")
    got = getattr(student, function)(X, K)
    assert_close(got, expected, f"{function} is wrong for this type of {kinds}", mistakes=mistakes)


@criterion("values")
@hint("whatever the kernel's size is: turn the inputs into floating point first", "Cross-correlation")
@functions
@pytest.mark.parametrize("size", ["1x1 kernel", "kernel as large as the input"])
def test_integers_of_special_sizes(student, reference, rng, function, size):
    """corr2d and conv2d return floating point for integers with the smallest and the largest kernel, too"""
    X, K = (torch.randint(-9, 10, shape, generator=rng) for shape in SIZES[size])
    expected = getattr(reference, function)(X.float(), K.float())
    assert_close(getattr(student, function)(X, K), expected, f"{function} is wrong on integers with a {size}")


@criterion("values")
@hint("an axis of one entry stays an axis: the result is a matrix whatever the sizes are", "Cross-correlation")
@functions
def test_thin(student, reference, rng, function):
    """corr2d and conv2d work on one row or one column, and where one is left"""
    for kind, sizes_of_both in THIN.items():
        X, K = draw(rng, *sizes_of_both)
        expected = getattr(reference, function)(X, K)
        got = getattr(student, function)(X, K)
        assert_shape(got, expected.shape, f"the result of {function} for {sizes_in_words(X, K)}")
        assert_close(got, expected, f"{function} is wrong with {kind}")


@criterion("values")
@hint("a call may not depend on autograd being on, nor on the calls before it", "Cross-correlation")
@functions
def test_without_gradients(student, reference, rng, function):
    """corr2d and conv2d give the same values where gradients are asked for, and under torch.no_grad()"""
    X, K = draw(rng, *SIZES["5x7-2x3"])
    expected = getattr(reference, function)(X, K)
    assert_close(getattr(student, function)(X, K), expected, f"{function} is wrong")
    got = getattr(student, function)(X.requires_grad_(), K.requires_grad_())
    assert_close(got, expected, f"{function} is wrong where its inputs require gradients")
    with torch.no_grad():
        got = getattr(student, function)(X, K)
    assert_close(got, expected, f"{function} is wrong under torch.no_grad() only")


@criterion("values")
@hint("keep nothing from one call to the next: a kernel changes in place when it is learned", "Cross-correlation")
@functions
@pytest.mark.parametrize("changed", ["kernel", "input"])
def test_changed_in_place(student, reference, rng, function, changed):
    """corr2d and conv2d see that the kernel or the input has changed since the last call"""
    X, K = draw(rng, (5, 6), (2, 3))
    other = torch.randn((K if changed == "kernel" else X).shape, generator=rng)
    arguments = (X, K), (X, other) if changed == "kernel" else (other, K)
    results = getattr(student, function).called_again(*arguments)
    messages = f"{function} is wrong", f"{function} is wrong after its {changed} was changed in place"
    for result, pair, message in zip(results, arguments, messages, strict=True):
        assert_close(result, getattr(reference, function)(*pair), message)


@criterion("values")
@hint("use the tensors' values in their own order, whatever their layout in memory is", "Cross-correlation")
def test_corr2d_noncontiguous(student, reference, rng):
    """corr2d works on transposed and sliced tensors"""
    X, K = draw(rng, (7, 10), (3, 3))
    X, K = X.T[1::2], K.T[1:]
    expected = reference.corr2d(X, K)
    assert_close(student.corr2d(X, K), expected, "corr2d is wrong on inputs that are views of others")


@criterion("values")
@hint("compare with the numbers in the exercise's text, one output after the other", "Cross-correlation")
def test_corr2d_example(student):
    """corr2d gives the documented example"""
    X, K = torch.arange(9.0).reshape(3, 3), torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    expected = torch.tensor([[19.0, 25.0], [37.0, 43.0]])
    assert_close(student.corr2d(X, K), expected, "corr2d does not give the example in the exercise's text")


@criterion("values")
@hint("use the tensors' values in their own order, whatever their layout in memory is", "Convolution")
def test_conv2d_noncontiguous(student, reference, rng):
    """conv2d works on transposed and sliced tensors"""
    X, K = draw(rng, (7, 10), (3, 4))
    X, K = X.T[1::2], K.T[1::2]
    expected = reference.conv2d(X, K)
    assert_close(student.conv2d(X, K), expected, "conv2d is wrong on inputs that are views of others")


@criterion("shapes")
@functions
@sizes
@hint("per axis: size - kernel + 1", "Cross-correlation")
def test_shapes(student, rng, function, x_size, k_size):
    """The result is (H-h+1, W-w+1)"""
    X, K = draw(rng, x_size, k_size)
    shape = tuple(n - k + 1 for n, k in zip(x_size, k_size, strict=True))
    assert_shape(getattr(student, function)(X, K), shape, f"the result of {function}")


@criterion("shapes")
@functions
@hint("an axis of one entry stays an axis: the result is a matrix whatever the sizes are", "Cross-correlation")
def test_shapes_of_thin(student, rng, function):
    """The result is (H-h+1, W-w+1) on one row or one column, and where one is left"""
    for x_size, k_size in THIN.values():
        X, K = draw(rng, x_size, k_size)
        shape = tuple(n - k + 1 for n, k in zip(x_size, k_size, strict=True))
        assert_shape(getattr(student, function)(X, K), shape, f"the result of {function} for {sizes_in_words(X, K)}")


@criterion("gradients")
@hint(
    "compute the result from X and K with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Cross-correlation",
)
@functions
@sizes
def test_gradients(student, reference, rng, function, x_size, k_size):
    """Gradients reach the input and the kernel"""
    X, K = draw(rng, x_size, k_size)
    check_gradients(student, reference, rng, function, {"X": X, "K": K})


@criterion("gradients")
@hint("an entry that is zero has a gradient like any other: leave none out", "Cross-correlation")
@functions
@pytest.mark.parametrize("kind", ["zeros among the entries", "input of zeros", "kernel of zeros"])
def test_gradients_at_zeros(student, reference, rng, function, kind):
    """Gradients reach entries that are zero"""
    X, K = draw(rng, (5, 6), (2, 3))
    X[:3, :4], K[0, 1], K[1, 2] = 0, 0, 0
    X, K = X * (kind != "input of zeros"), K * (kind != "kernel of zeros")
    check_gradients(student, reference, rng, function, {"X": X, "K": K}, where=" where entries are zero")


@criterion("gradients")
@hint("what an entry is does not change how the result depends on it: leave no product out", "Cross-correlation")
@functions
def test_gradients_at_ones(student, reference, rng, function):
    """Gradients reach a kernel of ones"""
    for k_size in (2, 3), (1, 1):
        inputs = {"X": draw(rng, (5, 6))[0], "K": torch.ones(k_size)}
        check_gradients(student, reference, rng, function, inputs, where=" where the kernel is all ones")


@criterion("gradients")
@hint("no copy by way of numbers or numpy, whatever the layout in memory is", "Cross-correlation")
@functions
def test_gradients_of_views(student, reference, rng, function):
    """Gradients reach transposed inputs and kernels"""
    X, K = draw(rng, (6, 5), (3, 2))
    check_gradients(student, reference, rng, function, {"X": X.T, "K": K.T}, where=" where X and K are transposed")


@criterion("gradients")
@hint(
    "a backward pass may be handed any tensor of the result's shape: `view` and `+=` do not suit all",
    "Cross-correlation",
)
@functions
@pytest.mark.parametrize("kind", COTANGENTS)
def test_gradients_of_used_result(student, reference, rng, function, kind):
    """Gradients reach input and kernel from a result that is summed up or transposed"""
    X, K = draw(rng, (5, 6), (2, 3))
    cotangent = strided_cotangent(kind, (4, 4), rng)
    where = f" where the result is {kind}"
    check_gradients(student, reference, rng, function, {"X": X, "K": K}, where=where, cotangent=cotangent)


@criterion("gradients")
@hint("what a backward pass needs belongs to its own forward pass, not to the module or the class", "Cross-correlation")
@functions
def test_gradients_after_another_call(student, reference, rng, function):
    """Gradients reach the inputs of a call after which there was another one"""
    X, K, *others = draw(rng, (5, 6), (2, 3), (5, 6), (2, 3))

    def call_again() -> None:
        getattr(student, function)(*(tensor.requires_grad_() for tensor in others))

    where = " where the function is called again before backward"
    check_gradients(student, reference, rng, function, {"X": X, "K": K}, where=where, before_backward=call_again)


@criterion("gradients")
@hint("an integer has no gradient, but what it is multiplied with has one", "Cross-correlation")
@functions
@pytest.mark.parametrize("wanted", ["X", "K"])
def test_gradient_beside_integers(student, reference, rng, function, wanted):
    """Gradients reach the one of input and kernel that is floating point where the other one holds integers"""
    inputs = dict(zip(("X", "K"), draw(rng, (5, 6), (3, 2)), strict=True))
    other = "K" if wanted == "X" else "X"
    inputs[other] = (inputs[other] * 9).long()
    where = f" where {other} holds integers"
    check_gradients(student, reference, rng, function, inputs, wanted=(wanted,), where=where)


@criterion("gradients")
@functions
@pytest.mark.parametrize("wanted", ["X", "K"])
@hint(
    "compute the result from the inputs with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Cross-correlation",
)
def test_one_gradient(student, reference, rng, function, wanted):
    """Gradients reach the one of input and kernel that requires grad"""
    X, K = draw(rng, (5, 6), (3, 2))
    check_gradients(student, reference, rng, function, {"X": X, "K": K}, wanted=(wanted,))


def check_gradients(student, reference, rng, function: str, inputs: dict[str, torch.Tensor], **how) -> None:
    """The gradients of the student's function are the reference's; `how` is as for `assert_gradients`."""
    assert_gradients(getattr(student, function), getattr(reference, function), inputs, rng=rng, **how)


@criterion("gradients")
@functions
@hint(
    "compute the result from the inputs with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Cross-correlation",
)
def test_gradcheck(student, reference, rng, function):
    """Gradients agree with finite differences in double precision"""
    X, K = draw(rng, (4, 5), (2, 3), dtype=torch.float64)
    call, expected = getattr(student, function), getattr(reference, function)(X, K)
    result = call(X.clone().requires_grad_(), K.clone().requires_grad_())
    assert_close(result, expected, f"{function} itself is wrong, so its gradients are")
    check(result.requires_grad, f"{function} cuts the graph: its result does not depend on its inputs for autograd")
    # Whoever computes in single precision is right too, but finite differences cannot tell.
    if result.dtype == torch.float64 and not differs(result, expected, rtol=1e-10, atol=1e-10):
        torch.autograd.gradcheck(call, (X.requires_grad_(), K.requires_grad_()), fast_mode=True)


@criterion("implementation", weight=8)
@functions
@hint("write the computation yourself, with plain tensor operations", "Forbidden")
def test_function_from_scratch(restricted_student, student, reference, rng, function):
    """The function and its gradient work without any built-in convolution"""
    for size in "5x7-2x3", "1x1 kernel", "square", "large, and a large kernel":
        X, K = draw(rng, *SIZES[size])
        expected = getattr(reference, function)(X, K)
        try:
            plain = getattr(restricted_student, function)(X, K)
            tracked = getattr(restricted_student, function)(X.requires_grad_(), K.requires_grad_())
            everywhere = [getattr(module, function) for module in (restricted_student, student, reference)]
            message = f"the gradient of {function} is wrong{NO_BUILTIN}"
            assert_gradients_elsewhere(*everywhere, (X, K), rng, message)
        finally:
            uses_no_builtin(restricted_student, function)
        for result in (plain, tracked):
            usual = functools.partial(getattr(student, function), X, K)
            assert_close_elsewhere(result, usual, expected, f"{function} is wrong", NO_BUILTIN)


@criterion("implementation")
@hint("work on a copy if you have to change something", "Cross-correlation")
@functions
@pytest.mark.parametrize("kind", ["float", "integer", "requiring gradients"])
def test_inputs_unchanged(observed_student, reference, rng, function, kind):
    """The inputs are left as they were by a function that does its work"""
    for size in "5x7-2x3", "1x1 kernel", "square":
        X, K = draw(rng, *SIZES[size])
        if kind == "integer":
            X, K = (X * 9).long(), (K * 9).long()
        X, K = (tensor.requires_grad_(kind == "requiring gradients") for tensor in (X, K))
        expected = getattr(reference, function)(X.detach().float(), K.detach().float())
        with unchanged(function, X=X, K=K):
            got = getattr(observed_student, function)(X, K)
        assert_close(got, expected, f"{function} leaves its inputs alone, but its result is wrong")


@criterion("implementation")
@uses_harness("gradients")
@hint("work on a copy if you have to change something, in a backward pass of your own too", "Cross-correlation")
@functions
def test_backward_changes_nothing(student, harness, reference, rng, function):
    """A backward pass leaves the inputs as they were"""
    X, K = draw(rng, (5, 6), (2, 3))
    calls = [getattr(module, function) for module in (student, reference)]
    assert_backward_changes_nothing(harness, calls[0], function, calls[1], {"X": X, "K": K}, (), rng)
