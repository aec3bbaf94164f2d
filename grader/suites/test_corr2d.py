"""Hidden suite: cross-correlation, convolution, a learned kernel."""

from __future__ import annotations

import functools
import math

import pytest
import torch

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
NO_BUILTIN = ", with no built-in convolution around"

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


def draw(rng: torch.Generator, *sizes: tuple[int, ...], dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    return [torch.randn(size, generator=rng, dtype=dtype) for size in sizes]


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


def orthogonal_problem(rng: torch.Generator, kernel_size: tuple[int, int]) -> tuple[torch.Tensor, ...]:
    """Input, target, weight, bias and lr for which one right gradient step from anywhere lands on weight and bias.

    The windows of the input and the bias' ones are orthogonal columns of equal length n^(1/2), so that the summed
    squared error has the gradient 2n (p - p*), and lr = 1/(2n) goes all the way.
    """
    width, n = max(kernel_size), 6
    columns = torch.cat([torch.ones(n, 1), torch.randn(n, width, generator=rng)], 1).double()
    basis = torch.linalg.qr(columns).Q * n**0.5
    inputs = basis[:, 1:] * basis[0, 0].sign()
    weight, bias = torch.randn(width, generator=rng).double(), torch.randn(1, generator=rng).double()
    target = inputs @ weight + bias
    X, Y = inputs.float(), target.float().reshape(n, 1)
    if kernel_size[0] == 1:
        return X, Y, weight.float().reshape(kernel_size), bias.float(), 1 / (2 * n)
    return X.T.contiguous(), Y.T.contiguous(), weight.float().reshape(kernel_size), bias.float(), 1 / (2 * n)


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


def layer_with(student, weight: torch.Tensor, bias: torch.Tensor):
    """A Conv2D of the student's with these parameters."""
    layer = student.Conv2D(tuple(weight.shape))
    parameters = layer.named_parameters()
    for name, value in (("weight", weight), ("bias", bias)):
        check(name in parameters, f"Conv2D has no parameter `{name}`")
        assert_shape(parameters[name], value.shape, f"Conv2D's {name}")
    layer.set_parameters({"weight": weight.detach(), "bias": bias.detach()})
    return layer


@criterion("values")
@pytest.mark.parametrize("kernel_size", [(2, 3), (1, 1), (3, 1)], ids=str)
@hint("the output is the cross-correlation with the weight, plus the bias", "The layer")
def test_layer_values(student, reference, rng, kernel_size):
    """Conv2D cross-correlates with its weight and adds its bias"""
    x, weight, bias = draw(rng, (5, 6), kernel_size, (1,))
    layer = layer_with(student, weight, bias)
    expected = reference.corr2d(x, weight)
    mistakes = [
        Mistake(expected, "Conv2D leaves the bias out"),
        Mistake(expected - bias, "Conv2D subtracts the bias"),
        Mistake(lambda: reference.conv2d(x, weight) + bias, "Conv2D flips the kernel"),
    ]
    assert_close(layer(x), expected + bias, "Conv2D's output is wrong", mistakes=mistakes)
    layer.eval()
    message = "Conv2D's output is wrong after eval(), where it was right before"
    assert_close(layer(x), expected + bias, message, mistakes=[Mistake(expected, "after eval() the bias is left out")])
    layer.train()
    with torch.no_grad():
        got = layer(x)
    assert_close(got, expected + bias, "Conv2D's output is wrong under torch.no_grad() only")


@criterion("values")
@hint("compute the output from the parameters as they are at each call: they change as the layer learns", "The layer")
def test_layer_called_again(student, reference, rng):
    """A Conv2D sees its new parameters and a new input of the same size"""
    x, other, weight, bias = draw(rng, (5, 6), (5, 6), (2, 3), (1,))
    layer = layer_with(student, torch.ones(2, 3), torch.zeros(1))
    assert_close(layer(x), reference.corr2d(x, torch.ones(2, 3)), "Conv2D's output is wrong")
    layer.set_parameters({"weight": weight, "bias": bias})
    message = "Conv2D's output is wrong where its parameters have changed since the last call"
    assert_close(layer(x), reference.corr2d(x, weight) + bias, message)
    message = "Conv2D's output is wrong for a second input"
    assert_close(layer(other), reference.corr2d(other, weight) + bias, message)


@criterion("values")
@hint("corr2d takes integers; so does a layer that calls it", "The layer")
def test_layer_of_integers(student, reference, rng):
    """Conv2D takes an input of integers, as corr2d does"""
    weight, bias = draw(rng, (2, 3), (1,))
    x = torch.randint(-9, 10, (5, 6), generator=rng)
    expected = reference.corr2d(x.float(), weight) + bias
    assert_close(layer_with(student, weight, bias)(x), expected, "Conv2D's output is wrong for an input of integers")


@criterion("values")
@hint("use the input's values in their own order, whatever its layout in memory is", "The layer")
def test_layer_noncontiguous(student, reference, rng):
    """Conv2D works on transposed and sliced inputs"""
    x, weight, bias = draw(rng, (7, 10), (2, 3), (1,))
    x = x.T[1::2]
    expected = reference.corr2d(x, weight) + bias
    got = layer_with(student, weight, bias)(x)
    assert_close(got, expected, "Conv2D's output is wrong on an input that is a view of another tensor")


@criterion("values")
@hint("fill a new parameter: what `torch.empty` and `torch.Tensor` hold is whatever stood in memory", "The layer")
def test_initialised(student, harness, rng):
    """Conv2D's parameters, and what learn_kernel starts from, are numbers and not whatever stood in memory"""
    parameters = harness.parameters_in_undefined_memory(student.Conv2D, (2, 3))
    for name in "weight", "bias":
        check(name in parameters, f"Conv2D has no parameter `{name}`")
        message = f"Conv2D's {name} is never filled: it holds whatever stood in memory"
        check(parameters[name].isfinite().all(), message)
    X, Y, *_, lr = orthogonal_problem(rng, (1, 2))
    result = harness.in_undefined_memory(student.learn_kernel, X, Y, (1, 2), 1, lr)
    for name, value in zip(("weight", "bias"), learned(result, (1, 2)), strict=True):
        message = f"the {name} that learn_kernel starts from is never filled: it holds whatever stood in memory"
        check(value.isfinite().all(), message)


@criterion("values")
@hint(
    "make new parameters in every layer's __init__; what stands in a `def` line or in the class is shared", "The layer"
)
def test_layers_are_independent(student, reference, rng):
    """Every Conv2D has parameters of its own"""
    parameters = [draw(rng, (2, 3), (1,)) for _ in range(2)]
    layers = [layer_with(student, *values) for values in parameters]
    for layer, values in zip(layers, parameters, strict=True):
        for name, value in zip(("weight", "bias"), values, strict=True):
            now = layer.named_parameters()[name]
            assert_close(now, value, f"to set one Conv2D's {name} changes another's: they share it")
    (x,) = draw(rng, (5, 6))
    for layer, (weight, bias) in zip(layers, parameters, strict=True):
        message = "Conv2D's output is wrong where there is more than one layer"
        assert_close(layer(x), reference.corr2d(x, weight) + bias, message)


@criterion("values", weight=2)
@hint(
    "each step: output, summed squared error, gradients from zero, parameters minus lr times gradient",
    "A learned kernel",
)
@pytest.mark.parametrize("kernel_size", [(1, 2), (1, 3), (3, 1)], ids=str)
def test_learn_kernel_steps(student, rng, kernel_size):
    """learn_kernel does gradient descent on the summed squared error"""
    X, Y, weight, bias, lr = orthogonal_problem(rng, kernel_size)
    learned_in_one(student, rng, student.learn_kernel(X, Y, kernel_size, 1, lr), weight, bias)
    third = learned(student.learn_kernel(X, Y, kernel_size, 3, lr), kernel_size)
    message = "after several steps the learned kernel is off; does each step's gradient start from zero?"
    for got, expected in zip(third, (weight, bias), strict=True):
        assert_close(got, expected, message, atol=1e-3)


@criterion("values")
@hint("every step has the same lr, and nothing is added to the gradient", "A learned kernel")
def test_learn_kernel_path(student, harness, rng):
    """learn_kernel goes where gradient descent leads from its own start"""
    kernel_size = (2, 3)
    X, Y = draw(rng, (6, 7), (5, 5))
    Y = 4 * Y  # far from any start, so that there is a way to go
    columns = X.unfold(0, 2, 1).unfold(1, 3, 1).flatten(2).flatten(0, 1).double()
    columns = torch.cat([columns, torch.ones(len(columns), 1)], 1)
    lr = 0.9 / torch.linalg.matrix_norm(columns, 2).item() ** 2
    seed = int(torch.randint(2**31, (), generator=rng))

    def run(num_steps: int, lr: float) -> torch.Tensor:
        """Weight and bias after these steps, from the start that goes with the seed."""
        return seeded_run(student, harness, seed, X, Y, kernel_size, num_steps, lr)

    start = run(1, 1e-30)
    got = run(12, lr)
    if differs(run(1, 1e-30), start):
        return  # it does not start from torch's random numbers: nobody knows from where
    expected = start
    for _ in range(12):
        expected = expected - lr * 2 * columns.T @ (columns @ expected - Y.double().flatten())
    message = "after several steps learn_kernel is not where gradient descent with this lr leads from its start"
    assert_close(got, expected, message, rtol=0, atol=5e-5)


@criterion("values")
@hint("nothing is added to the gradient: what the loss does not depend on stays as it is", "A learned kernel")
def test_learn_kernel_without_gradient(student, harness, rng):
    """learn_kernel leaves the weight alone where the loss does not depend on it"""
    X, Y = torch.zeros(4, 6), torch.randn(4, 5, generator=rng)
    seed = int(torch.randint(2**31, (), generator=rng))
    # With so large an lr the bias runs away, but an input of zeros gives the weight no gradient.
    start, again, end = (
        seeded_run(student, harness, seed, X, Y, (1, 2), steps, lr)[:2]
        for steps, lr in ((1, 1e-30), (1, 1e-30), (3, 1e3))
    )
    if not differs(start, again):
        assert_close(end, start, "learn_kernel changes the weight where the input is all zeros")


def seeded_run(student, harness, seed: int, X, Y, kernel_size: tuple[int, int], num_steps: int, lr: float):
    """Weight and bias after these steps in one vector, from the start that goes with the seed."""
    got = learned(harness.seeded(student.learn_kernel, seed, X, Y, kernel_size, num_steps, lr), kernel_size)
    result = torch.cat([value.detach().flatten() for value in got]).double()
    check(result.isfinite().all(), "learn_kernel's result holds infinite or undefined values")
    return result


def learned(result: object, kernel_size: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """The result of learn_kernel as (weight, bias)."""
    check(isinstance(result, tuple | list) and len(result) == 2, "learn_kernel should return the pair (weight, bias)")
    shapes = [tuple(getattr(value, "shape", ())) for value in result]
    swapped = shapes == [(1,), tuple(kernel_size)]
    check(not swapped, "weight and bias come in the wrong order: learn_kernel returns (weight, bias)")
    assert_shape(result[0], kernel_size, "the learned weight")
    assert_shape(result[1], (1,), "the learned bias")
    return tuple(result)


def learned_in_one(student, rng: torch.Generator, result, weight: torch.Tensor, bias: torch.Tensor) -> None:
    """One step has led to this weight and bias; if it has not, the cause where it can be told."""
    got = learned(result, tuple(weight.shape))
    for name, value, expected in zip(("weight", "bias"), got, (weight, bias), strict=True):
        if not value.isfinite().all() or differs(value, expected, atol=1e-3):
            cause = wrong_step(student, rng, tuple(weight.shape))
            message = f"one step of gradient descent on the summed squared error leads to another {name}"
            assert_close(value, expected, cause or message, atol=1e-3)


def wrong_step(student, rng: torch.Generator, kernel_size: tuple[int, int]) -> str:
    """What is wrong with learn_kernel's steps; empty if that is not plain.

    With a step too large by a factor of 101, the error of weight and bias grows by a factor of 100 in each step.
    """
    X, Y, weight, bias, lr = orthogonal_problem(rng, kernel_size)
    steps = 16
    got = learned(student.learn_kernel(X, Y, kernel_size, steps, 101 * lr), kernel_size)
    errors = [(value.detach().double() - p).abs().max().item() for value, p in zip(got, (weight, bias), strict=True)]
    weights, biases = (error ** (1 / steps) for error in errors)
    far = learned(student.learn_kernel(X, Y, kernel_size, 1, 1e6), kernel_size)
    if all((value.detach().abs() < 1e3).all() for value in far):
        return "weight and bias are not updated"
    if biases < 2 and weights > 50:
        return "the bias is not updated"
    if weights < 2 and biases > 50:
        return "the weight is not updated"
    grown = max(weights, biases)
    ascent = learned(student.learn_kernel(X, Y, kernel_size, steps, lr), kernel_size)
    error = max(
        (value.detach().double() - p).abs().max().item() for value, p in zip(ascent, (weight, bias), strict=True)
    )
    if 1.7 < error ** (1 / steps) < 2.3:
        return "the steps go along the gradient, where the loss grows; they have to go against it"
    for loss, share in (("the mean of the squared errors", 1 / Y.numel()), ("half the sum of squared errors", 1 / 2)):
        right = 101 * share - 1
        if 0.87 < grown / right < 1.15:
            return f"each step is that of another loss, {loss}; it should be their sum"
    return ""


@criterion("values")
@hint("train a new layer in every call, and return what is its own", "A learned kernel")
def test_learn_kernel_again(student, harness, rng):
    """learn_kernel learns anew in a second call, and leaves its earlier result alone"""
    problems = [orthogonal_problem(rng, (1, 2)) for _ in range(2)]
    results = harness.one_after_another(student.learn_kernel, [(X, Y, (1, 2), 1, lr) for X, Y, *_, lr in problems])
    messages = (
        "learn_kernel's result is wrong after a second call: does that one write into the first one's result?",
        "learn_kernel is wrong in a second call, with other inputs",
    )
    for result, (X, Y, weight, bias, lr), message in zip(results, problems, messages, strict=True):
        learned_in_one(student, rng, student.learn_kernel(X, Y, (1, 2), 1, lr), weight, bias)
        for got, expected in zip(learned(result, (1, 2)), (weight, bias), strict=True):
            assert_close(got, expected, message, atol=1e-3)


@criterion("values")
@hint("one update of weight and bias in each of the num_steps steps", "A learned kernel")
@pytest.mark.parametrize("num_steps", [1, 2, 3])
def test_learn_kernel_number_of_steps(student, rng, num_steps):
    """learn_kernel takes as many steps as it is told to"""
    X, Y, weight, bias, lr = orthogonal_problem(rng, (1, 2))
    # With so large a step the error grows by a factor of 1000 each time: its size tells how often.
    got = learned(student.learn_kernel(X, Y, (1, 2), num_steps, 1001 * lr), (1, 2))
    errors = torch.cat([(got[0] - weight).flatten(), got[1] - bias]).detach().double().abs()
    taken = errors.max().clamp(min=1e-30).log10().item() / 3
    message = "with too large an lr, the learned kernel is not as far off as num_steps steps from a new layer lead"
    check(abs(taken - num_steps) < 0.6, message)


@criterion("values")
@hint("one update of weight and bias in each of the num_steps steps", "A learned kernel")
def test_learn_kernel_many_steps(student, rng):
    """learn_kernel takes as many steps as it is told to, and starts only once"""
    X, Y, weight, bias, lr = orthogonal_problem(rng, (1, 2))
    # With such a step the error grows by a factor of 1.22 each time: its square still fits into single precision.
    got = learned(student.learn_kernel(X, Y, (1, 2), 160, 2.22 * lr), (1, 2))
    errors = torch.cat([(got[0] - weight).flatten(), got[1] - bias]).detach().double().abs()
    taken = errors.max().clamp(min=1e-30).log().item() / math.log(1.22)
    message = "with too large an lr and many steps, the learned kernel is not as far off as that many steps lead"
    check(abs(taken - 160) < 32, message)


@criterion("values")
@hint("take every one of the num_steps steps, however small the loss has become", "A learned kernel")
def test_learn_kernel_goes_on(student, rng):
    """learn_kernel comes as close to the right kernel as num_steps steps lead, however small the numbers are"""
    X, Y, weight, bias, lr = orthogonal_problem(rng, (1, 2))
    # With half the step that goes all the way, the error is halved each time: soon it is small even beside this scale.

    def parts(scale: float) -> list[torch.Tensor]:
        return [part / scale for part in learned(student.learn_kernel(X, scale * Y, (1, 2), 50, lr / 2), (1, 2))]

    got = parts(1e-6)
    for part, expected in enumerate((weight, bias)):
        if differs(got[part], expected, rtol=0, atol=1e-3):
            message = "learn_kernel does not come as close to the right kernel as num_steps steps lead"
            assert_close(parts(1.0)[part], expected, message, rtol=0, atol=1e-3)
            message = message.replace("the right kernel", "a kernel of small entries")
            assert_close(
                got[part], expected, f"{message}: does it stop before, take smaller steps, or round?", rtol=0, atol=1e-3
            )


@criterion("values")
@hint(
    "is the kernel the layer's weight after the last step? Does every step go against the gradient?", "A learned kernel"
)
def test_learn_kernel_edge_detector(student):
    """learn_kernel finds the edge detector of the documented example"""
    X, Y = edges()
    message = "the learned kernel of the example is not close to [[1, -1]] with bias 0"
    assert_edge_detector(student.learn_kernel(X, Y, (1, 2), 30, 0.01), torch.tensor([[1.0, -1.0]]), message)


@criterion("values")
@hint("use X's and Y's values in their own order, whatever their layout in memory is", "A learned kernel")
def test_learn_kernel_noncontiguous(student):
    """learn_kernel finds the edge detector of the transposed example"""
    X, Y = (tensor.T for tensor in edges())
    message = "the kernel that is learned from the example's X and Y, both transposed, is not the example's transposed"
    assert_edge_detector(student.learn_kernel(X, Y, (2, 1), 30, 0.01), torch.tensor([[1.0], [-1.0]]), message)


def edges() -> tuple[torch.Tensor, torch.Tensor]:
    """X and Y of the documented example."""
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    Y = torch.zeros(6, 7)
    Y[:, 1], Y[:, 5] = 1, -1
    return X, Y


def assert_edge_detector(result: object, expected: torch.Tensor, message: str) -> None:
    weight, bias = learned(result, tuple(expected.shape))
    # A start that is 12 away is left 0.3 away: of its slowest part 1 / 46 remains after thirty steps.
    assert_close(weight, expected, message, atol=0.3)
    assert_close(bias, torch.zeros(1), message, atol=0.3)


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


@criterion("shapes")
@pytest.mark.parametrize("kernel_size", [(2, 3), (1, 1), (4, 2)], ids=str)
@hint("weight has the kernel's shape, bias one entry; both are nn.Parameter", "The layer")
def test_layer_parameter_shapes(student, kernel_size):
    """Conv2D has a weight of the kernel's size and a bias of shape (1,)"""
    layer = layer_with(student, torch.zeros(kernel_size), torch.zeros(1))
    for name in layer.named_parameters():
        check(name in ("weight", "bias"), f"Conv2D has a parameter `{name}` besides weight and bias")


@criterion("shapes")
@hint("the layer's output has the shape of corr2d's, the learned kernel that of the layer's weight", "The layer")
def test_shapes_around_layer(student, rng):
    """Conv2D's output is (H-h+1, W-w+1); learn_kernel returns a weight of the kernel's size and a bias of shape (1,)"""
    for kernel_size in (2, 3), (1, 1):
        shape = (6 - kernel_size[0], 7 - kernel_size[1])
        x, weight, bias, Y = draw(rng, (5, 6), kernel_size, (1,), shape)
        assert_shape(layer_with(student, weight, bias)(x), shape, "Conv2D's output")
        learned(student.learn_kernel(x, Y, kernel_size, 1, 1e-3), kernel_size)


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


@criterion("gradients")
@hint("the layer uses its weight and its bias themselves, not copies or their .data", "The layer")
@pytest.mark.parametrize(
    ("kernel_size", "mode"),
    [((2, 3), "train"), ((1, 1), "train"), ((2, 3), "eval")],
    ids=["2x3", "1x1", "after eval()"],
)
def test_layer_gradients(student, reference, rng, kernel_size, mode):
    """Gradients reach Conv2D's input, weight and bias"""
    x, weight, bias = (tensor.requires_grad_() for tensor in draw(rng, (5, 6), kernel_size, (1,)))
    layer = layer_with(student, weight, bias)
    getattr(layer, mode)()
    where = " after eval()" if mode == "eval" else ""
    right = reference.corr2d(x, weight) + bias
    given = x.detach().clone().requires_grad_()
    y = layer(given)
    assert_shape(y, right.shape, "Conv2D's output")
    check(y.requires_grad, f"Conv2D's result does not depend on its parameters for autograd{where}")
    cotangent = torch.randn(y.shape, generator=rng)
    expected = torch.autograd.grad(right, (x, weight, bias), cotangent)
    y.backward(cotangent.to(y.dtype))
    got = {"the input": given.grad, **layer.gradients()}
    for name, value in zip(("the input", "weight", "bias"), expected, strict=True):
        check(got.get(name) is not None, f"no gradient reaches {name} of Conv2D{where}")
        assert_close(got[name], value, f"the gradient for {name} of Conv2D is wrong{where}", rtol=1e-3, atol=1e-4)


@criterion("gradients")
@hint("make the parameters once, in __init__, and compute with them: an optimizer knows no later ones", "The layer")
def test_optimizer_trains_layer(student, harness, reference, rng):
    """An optimizer that was given Conv2D's parameters trains it"""
    x, weight, bias, Y = draw(rng, (5, 6), (2, 3), (1,), (4, 4))
    layer, lr = layer_with(student, weight, bias), 0.01
    error = 2 * (reference.corr2d(x, weight) + bias - Y)
    right = {"weight": weight - lr * reference.corr2d(x, error), "bias": bias - lr * error.sum()}
    got = harness.optimized(layer, x, Y, lr)
    for name, value in right.items():
        message = f"a step of an optimizer that was given Conv2D's parameters does not change its {name} as it should"
        assert_close(got[name], value, message, rtol=1e-3, atol=1e-4)


def uses_no_builtin(restricted_student, message: str) -> None:
    calls = restricted_student.forbidden_calls
    check(not calls, f"{message} uses a built-in convolution ({', '.join(calls)}); write it from scratch")


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


@criterion("implementation", weight=8)
@hint("call your own corr2d in the layer's forward", "Forbidden")
def test_layer_from_scratch(restricted_student, student, reference, rng):
    """Conv2D and learn_kernel work without any built-in convolution"""
    x, weight, bias = draw(rng, (5, 6), (2, 3), (1,))
    X, Y, kernel, bias_of_problem, lr = orthogonal_problem(rng, (1, 2))
    try:
        layer = layer_with(restricted_student, weight, bias)
        result = layer(x)
        message = f"the gradient for Conv2D's input is wrong{NO_BUILTIN}"
        usual, right = (lambda x: layer_with(student, weight, bias)(x)), (lambda x: reference.corr2d(x, weight))
        assert_gradients_elsewhere(layer, usual, right, (x,), rng, message)
        kernel_and_bias = restricted_student.learn_kernel(X, Y, (1, 2), 1, lr)
        restricted_student.learn_kernel(x, reference.corr2d(x, weight), (2, 3), 1, lr)
    finally:
        uses_no_builtin(restricted_student, "Conv2D or learn_kernel")
    expected = reference.corr2d(x, weight) + bias
    assert_close_elsewhere(result, lambda: usual(x), expected, "Conv2D is wrong", NO_BUILTIN)
    got = learned(kernel_and_bias, (1, 2))
    message = "learn_kernel is wrong after one step"
    for part, expected in enumerate((kernel, bias_of_problem)):

        def usually_learned(part: int = part) -> torch.Tensor:
            return learned(student.learn_kernel(X, Y, (1, 2), 1, lr), (1, 2))[part]

        assert_close_elsewhere(got[part], usually_learned, expected, message, NO_BUILTIN, atol=1e-3)


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


@criterion("implementation")
@hint("compute the output from the input and the parameters; change none of them", "The layer")
def test_layer_changes_nothing(observed_student, reference, rng):
    """A Conv2D that does its work leaves its input and its parameters as they were"""
    x, weight, bias = draw(rng, (5, 6), (2, 3), (1,))
    layer = layer_with(observed_student, weight, bias)
    with unchanged("Conv2D", x=x):
        got = layer(x)
    expected = reference.corr2d(x, weight) + bias
    assert_close(got, expected, "Conv2D leaves its input alone, but its output is wrong")
    for name, value in (("weight", weight), ("bias", bias)):
        assert_close(layer.named_parameters()[name], value, f"Conv2D's forward changes its {name}")


@criterion("implementation")
@hint("return the learned values alone: detach them from the layer", "A learned kernel")
def test_learned_result_detached(observed_student, rng):
    """learn_kernel returns detached tensors and leaves its inputs alone"""
    X, Y, *right, lr = orthogonal_problem(rng, (1, 2))
    with unchanged("learn_kernel", X=X, Y=Y):
        weight, bias = learned(observed_student.learn_kernel(X, Y, (1, 2), 2, lr), (1, 2))
    check(not weight.requires_grad and not bias.requires_grad, "learn_kernel's result still requires grad: detach it")
    for got, expected in zip((weight, bias), right, strict=True):
        assert_close(got, expected, "learn_kernel leaves its inputs alone, but its result is wrong", atol=1e-3)
