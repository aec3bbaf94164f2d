"""Hidden suite: from dense layers to convolutions."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from grader.engine.errors import StudentError, WorkerStopped
from grader.testing import Mistake, assert_close, assert_shape, check, criterion, hint, unchanged

Pair = tuple[int, int]

# Input and kernel.
SIZES = {
    "5x7, 2x3": ((5, 7), (2, 3)),
    "6x4, 1x2": ((6, 4), (1, 2)),
    "4x6, 3x1": ((4, 6), (3, 1)),
    "7x3, 4x2": ((7, 3), (4, 2)),
    "square": ((4, 4), (2, 2)),
    "kernel as large as the input": ((3, 4), (3, 4)),
    "1x1 kernel": ((3, 5), (1, 1)),
    "one row": ((1, 6), (1, 3)),
    "one column": ((5, 1), (2, 1)),
    "kernel as high as the input": ((3, 6), (3, 2)),
    "kernel as wide as the input": ((6, 3), (2, 3)),
    "large": ((11, 13), (4, 3)),
}
sizes = pytest.mark.parametrize(("x_size", "k_size"), list(SIZES.values()), ids=list(SIZES))

# Shapes of input and output of a dense layer.
DENSE = {
    "vectors": ((7,), (5,)),
    "matrices": ((4, 6), (3, 5)),
    "image to vector": ((3, 8, 9), (10,)),
    "vector to image": ((11,), (2, 3, 4)),
    "image to image": ((1, 28, 28), (6, 24, 24)),
    "four axes": ((2, 3, 4, 5), (3, 2, 5, 7)),
    "five axes": ((2, 3, 2, 5, 2), (4,)),
    "same shape": ((5, 3, 4), (5, 3, 4)),
    "large": ((3, 37, 41), (5, 29, 31)),  # too many for single precision
}
# Input channels, output channels, kernel.
CONV = {
    "3 to 8": (3, 8, (3, 5)),
    "8 to 3": (8, 3, (5, 3)),
    "one input channel": (1, 6, (5, 5)),
    "one output channel": (4, 1, (2, 3)),
    "1x1 kernel": (7, 5, (1, 1)),
    "column": (2, 3, (7, 1)),
    "as many channels as before": (6, 6, (3, 5)),
    "large": (301, 303, (13, 15)),  # too many for single precision
}
# No machine has the memory for such layers. Their counts fit into 64 bits, but not into double precision.
BEYOND_MEMORY = {
    "dense_param_count": ((3, 4001, 4003), (61, 2003, 2001)),
    "conv_param_count": (60_000_011, 50_000_017, (3, 5)),
}
biases = pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])


def draw(rng: torch.Generator, *sizes: Pair) -> list[torch.Tensor]:
    return [torch.randn(size, generator=rng) for size in sizes]


def dense_matrix(K: torch.Tensor, x_size: Pair, place: Callable[[int, int, int, int], tuple[int, int]]) -> torch.Tensor:
    """The matrix with the kernel's entry (a, b) of output (i, j) where `place(i, j, a, b)` says: row, column."""
    (H, W), (h, w) = x_size, K.shape
    matrix = torch.zeros((H - h + 1) * (W - w + 1), H * W)
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            for a in range(h):
                for b in range(w):
                    matrix[place(i, j, a, b)] = K[a, b]
    return matrix


def right_matrix(K: torch.Tensor, x_size: Pair) -> torch.Tensor:
    W, out_w = x_size[1], x_size[1] - K.shape[1] + 1
    return dense_matrix(K, x_size, lambda i, j, a, b: (i * out_w + j, (i + a) * W + j + b))


def matrix_mistakes(K: torch.Tensor, x_size: Pair, right: torch.Tensor) -> list[Mistake]:
    (H, W), (h, w) = x_size, K.shape
    out_h, out_w = H - h + 1, W - w + 1

    def columns_first() -> torch.Tensor:
        return dense_matrix(K, x_size, lambda i, j, a, b: (i * out_w + j, (j + b) * H + i + a))

    def outputs_columns_first() -> torch.Tensor:
        return dense_matrix(K, x_size, lambda i, j, a, b: (j * out_h + i, (i + a) * W + j + b))

    def no_jump() -> torch.Tensor:
        """Each row of the matrix is the one before, shifted by one: wrong where a row of the image ends."""
        return torch.stack([right[0].roll(shift) for shift in range(len(right))])

    def kernel_rows_joined() -> torch.Tensor:
        def place(i: int, j: int, a: int, b: int) -> tuple[int, int]:
            return i * out_w + j, i * W + j + a * w + b

        return dense_matrix(K, x_size, place)

    def rows_by_height() -> torch.Tensor:
        return dense_matrix(K, x_size, lambda i, j, a, b: (i * out_h + j, (i + a) * W + j + b))

    def flipped() -> torch.Tensor:
        return right_matrix(K.flip(0, 1), x_size)

    return [
        Mistake(flipped, "the kernel is flipped: that is convolution, not cross-correlation"),
        Mistake(columns_first, "X is flattened row by row; the matrix's columns go through X column by column"),
        Mistake(outputs_columns_first, "the matrix's rows go through the output column by column, not row by row"),
        Mistake(rows_by_height, "output (i, j) is row i·W' + j of the matrix, not i·H' + j"),
        Mistake(right.trunc(), "the kernel's fractions are lost: the matrix holds floating-point numbers"),
        Mistake(no_jump, "the kernel moves on by one at the end of a row as well; there it has to jump"),
        Mistake(kernel_rows_joined, "the kernel's rows are a whole row of X apart in the flattened X"),
        Mistake(right.T.reshape(right.shape), "the matrix is transposed"),
        Mistake((right != 0).float(), "the matrix holds ones where it should hold the kernel's entries"),
        Mistake(right.abs(), "negative kernel entries are treated as positive"),
    ]


@criterion("values")
@hint(
    "row by row: which entries of X does this output see, and with which weight? All others are zero",
    "The matrix of a convolution",
)
@sizes
def test_conv_matrix_values(student, rng, x_size, k_size):
    """conv_matrix holds the kernel's entries where the window lies, and zeros elsewhere"""
    (K,) = draw(rng, k_size)
    expected = right_matrix(K, x_size)
    got = student.conv_matrix(K, x_size)
    assert_close(got, expected, "conv_matrix is wrong", mistakes=matrix_mistakes(K, x_size, expected))


@criterion("values", weight=2)
@hint("W @ X.flatten() has to be the cross-correlation, flattened", "The matrix of a convolution")
@sizes
def test_product_is_correlation(student, reference_solution, rng, x_size, k_size):
    """W @ X.flatten() is the cross-correlation of X and K"""
    X, K = draw(rng, x_size, k_size)
    expected = reference_solution("corr2d").corr2d(X, K).flatten()
    W = student.conv_matrix(K, X.shape)
    assert_shape(W, (expected.numel(), X.numel()), "the result of conv_matrix")
    message = "W @ X.flatten() is not the flattened cross-correlation of X and K"
    assert_close(W.detach().float() @ X.flatten(), expected, message)


@criterion("values")
@hint(
    "the entries that the kernel does not reach are exactly zero, and a zero in the kernel is an entry like any other",
    "The matrix of a convolution",
)
def test_conv_matrix_zero_entries(student, rng):
    """conv_matrix keeps entries of the kernel that are zero or negative"""
    (K,) = draw(rng, (3, 3))
    for zeros in ((1, 0), (-1, slice(None)), (slice(None), -1), (0, slice(None))):
        K = -K.abs()
        K[zeros] = 0.0
        expected, got = right_matrix(K, (5, 4)), student.conv_matrix(K, (5, 4))
        assert_shape(got, expected.shape, "the result of conv_matrix for a kernel with zeros at its border")
        assert_close(got, expected, "conv_matrix is wrong for a kernel of zeros and negative entries")


@criterion("values")
@hint("an entry's place in the kernel does not depend on its value", "The matrix of a convolution")
def test_conv_matrix_equal_entries(student, rng):
    """conv_matrix keeps every one of equal entries of the kernel"""
    K = torch.randint(1, 3, (3, 4), generator=rng) * (torch.rand((), generator=rng) + 1)
    message = "conv_matrix is wrong for a kernel in which entries are equal"
    assert_close(student.conv_matrix(K, (4, 6)), right_matrix(K, (4, 6)), message)


@criterion("values")
@hint("keep nothing from one call to the next, neither the kernel nor the result", "The matrix of a convolution")
@pytest.mark.parametrize("x_size", [(4, 5), (2, 3)], ids=["small kernel", "kernel as large as the input"])
def test_conv_matrix_again(student, rng, x_size):
    """conv_matrix sees that the kernel has changed, and its earlier result stays as it was"""
    (K,) = draw(rng, (2, 3))
    other = K.flip(0, 1)  # with the same sum, mean and norm
    assert_close(student.conv_matrix(K, x_size), right_matrix(K, x_size), "conv_matrix is wrong")
    results = student.conv_matrix.called_again((K, x_size), (other, x_size))
    messages = (
        "conv_matrix's result changes when the kernel does, or with a second call: is it a matrix of its own?",
        "conv_matrix is wrong after its kernel was changed in place",
    )
    for result, kernel, message in zip(results, (K, other), messages, strict=True):
        assert_close(result, right_matrix(kernel, x_size), message)


@criterion("values")
@hint("the kernel's entries go into the matrix as they are: none is rounded or left out", "The matrix of a convolution")
@pytest.mark.parametrize("scale", [1e-6, 1e6], ids=["small", "large"])
def test_conv_matrix_scale(student, rng, scale):
    """conv_matrix grows in proportion with the kernel"""
    (K,) = draw(rng, (2, 3))
    message = f"conv_matrix is wrong for a kernel of {'small' if scale < 1 else 'large'} entries"
    assert_close(student.conv_matrix(K * scale, (4, 5)) / scale, right_matrix(K, (4, 5)), message)


@criterion("values")
@hint("use K's values in their own order, whatever its layout in memory is", "The matrix of a convolution")
def test_conv_matrix_noncontiguous(student, rng):
    """conv_matrix works on transposed and sliced kernels"""
    K = draw(rng, (3, 6))[0].T[1::2]
    expected = right_matrix(K, (5, 6))
    assert_close(student.conv_matrix(K, (5, 6)), expected, "conv_matrix is wrong for a kernel that is a view")


@criterion("shapes")
@hint("one row per output pixel, one column per input pixel", "The matrix of a convolution")
@sizes
def test_conv_matrix_shape(student, rng, x_size, k_size):
    """conv_matrix has one row per output pixel and one column per input pixel"""
    (K,) = draw(rng, k_size)
    outputs = math.prod(n - k + 1 for n, k in zip(x_size, k_size, strict=True))
    assert_shape(student.conv_matrix(K, x_size), (outputs, math.prod(x_size)), "the result of conv_matrix")


def assert_count(got: object, expected: int, function: str, mistakes: dict[str, int]) -> None:
    check(type(got) is int, f"{function} should return an integer, not a float or a tensor")
    named = [sentence for sentence, mistake in mistakes.items() if got == mistake != expected]
    # What two mistakes lead to tells neither.
    check(got == expected, named[0] if len(named) == 1 else f"{function} is wrong")


def assert_dense_count(got: object, in_shape: tuple[int, ...], out_shape: tuple[int, ...], bias: bool) -> None:
    inputs, outputs = math.prod(in_shape), math.prod(out_shape)
    expected = inputs * outputs + bias * outputs
    mistakes = {
        "there is one bias per output; dense_param_count leaves them out": inputs * outputs,
        "there is one bias per output, not one in all": inputs * outputs + 1,
        "there is one bias per output, not per input": inputs * outputs + inputs,
        "dense_param_count counts biases though bias is False": inputs * outputs + outputs,
        "dense_param_count adds inputs and outputs; every input is joined with every output": inputs + outputs,
        "dense_param_count adds the sizes of the axes; they multiply": sum(in_shape) * sum(out_shape)
        + bias * sum(out_shape),
        "only the first axis of the shapes counts": in_shape[0] * out_shape[0] + bias * out_shape[0],
        "there is one bias per output, not one per channel": inputs * outputs + bias * out_shape[0],
    }
    assert_count(got, expected, "dense_param_count", mistakes)


def assert_conv_count(got: object, c_i: int, c_o: int, kernel: Pair, bias: bool) -> None:
    h, w = kernel
    weights = c_i * c_o * h * w
    mistakes = {
        "there is one bias per output channel; conv_param_count leaves them out": weights,
        "there is one bias per output channel, not one in all": weights + 1,
        "there is one bias per output channel, not per input channel": weights + bias * c_i,
        "there is one bias per output channel, not per pair of channels": weights + bias * c_i * c_o,
        "conv_param_count counts biases though bias is False": weights + c_o,
        "the input channels are left out": c_o * h * w + bias * c_o,
        "the output channels are left out": c_i * h * w + bias,
        "the kernel is taken to be square": c_i * c_o * h * h + bias * c_o,
        "the kernel is taken to be square, of its width": c_i * c_o * w * w + bias * c_o,
    }
    if bias:
        mistakes["every output channel has weights of its own; those of one are counted"] = c_i * h * w + c_o
    assert_count(got, weights + bias * c_o, "conv_param_count", mistakes)


@criterion("values")
@hint("every input is joined with every output by one weight; how many biases are there?", "Counting parameters")
@biases
@pytest.mark.parametrize("case", list(DENSE))
def test_dense_param_count(student, case, bias):
    """dense_param_count counts the weights and biases of a dense layer"""
    in_shape, out_shape = DENSE[case]
    assert_dense_count(student.dense_param_count(in_shape, out_shape, bias=bias), in_shape, out_shape, bias)


@criterion("values")
@hint("each output channel has a kernel for each input channel; how many biases are there?", "Counting parameters")
@biases
@pytest.mark.parametrize("case", list(CONV))
def test_conv_param_count(student, case, bias):
    """conv_param_count counts the weights and biases of a convolutional layer"""
    c_i, c_o, kernel = CONV[case]
    assert_conv_count(student.conv_param_count(c_i, c_o, kernel, bias=bias), c_i, c_o, kernel, bias)


def draw_ints(rng: torch.Generator, count: int) -> tuple[int, ...]:
    """Different integers above 1."""
    return tuple((torch.randperm(20, generator=rng)[:count] + 2).tolist())


@criterion("values", weight=2)
@pytest.mark.parametrize("bias", [True, False, None], ids=["bias", "no bias", "default"])
@hint("weights and biases: count both, for every output", "Counting parameters")
def test_counts_random(student, rng, bias):
    """Both counts are right for sizes drawn at random, with biases unless told otherwise"""
    settings = () if bias is None else (bias,)
    for _ in range(3):
        in_shape, out_shape = draw_ints(rng, 3), draw_ints(rng, 2)
        got = student.dense_param_count(in_shape, out_shape, *settings)
        assert_dense_count(got, in_shape, out_shape, bias is not False)
        c_i, c_o, *kernel = draw_ints(rng, 4)
        got = student.conv_param_count(c_i, c_o, tuple(kernel), *settings)
        assert_conv_count(got, c_i, c_o, tuple(kernel), bias is not False)


@criterion("implementation")
@hint("work on a copy if you have to change something", "The matrix of a convolution")
@pytest.mark.parametrize("part", range(4), ids=["rectangular", "square or small", "thin", "large"])
def test_kernel_unchanged(observed_student, rng, part):
    """conv_matrix leaves the kernel as it was, and does its work"""
    for x_size, k_size in list(SIZES.values())[3 * part : 3 * part + 3]:
        (K,) = draw(rng, k_size)
        expected = right_matrix(K, x_size)
        with unchanged("conv_matrix", K=K):
            got = observed_student.conv_matrix(K, x_size)
        assert_close(got, expected, "conv_matrix leaves the kernel alone, but its result is wrong")


@criterion("values")
@hint("multiply the numbers from the shapes; they are integers, as large as you like", "Counting parameters")
@pytest.mark.parametrize("function", list(BEYOND_MEMORY))
def test_count_beyond_memory(student, rng, function):
    """A count is no wrong number where the layer is too large to be built"""
    assertion = assert_dense_count if function == "dense_param_count" else assert_conv_count
    c_i, c_o, *kernel = draw_ints(rng, 4)
    small = ((c_i, c_o), tuple(kernel)) if function == "dense_param_count" else (c_i, c_o, tuple(kernel))
    for sizes in small, BEYOND_MEMORY[function]:
        try:
            got = getattr(student, function)(*sizes, bias=True)
        except (StudentError, WorkerStopped):
            # Whoever builds a layer to count is right as long as there is memory for it, and fails where there is none.
            if sizes is small:
                raise
        else:
            assertion(got, *sizes, True)
