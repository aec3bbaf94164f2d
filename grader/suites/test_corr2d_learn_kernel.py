"""Hidden suite: a learned kernel."""

from __future__ import annotations

import math

import pytest
import torch

from cases_corr2d import draw, orthogonal_problem
from checks_corr2d import NO_BUILTIN, learned, uses_no_builtin
from grader.testing import assert_close, assert_close_elsewhere, check, criterion, differs, hint, unchanged


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
    message = "after several steps the learned kernel is off; does a step use anything but its own gradient, from zero?"
    for got, expected in zip(third, (weight, bias), strict=True):
        assert_close(got, expected, message, atol=1e-3)


@criterion("values")
@hint(
    "every step has the same lr, nothing is added to the gradient, and both updates come from the same output",
    "A learned kernel",
)
@pytest.mark.parametrize("kernel_size", [(2, 3), (3, 3)], ids=str)
def test_learn_kernel_path(student, harness, rng, kernel_size):
    """learn_kernel goes where gradient descent leads from its own start"""
    h, w = kernel_size
    X, Y = draw(rng, (6, 7), (7 - h, 8 - w))
    Y = 4 * Y  # far from any start, so that there is a way to go
    columns = X.unfold(0, h, 1).unfold(1, w, 1).flatten(2).flatten(0, 1).double()
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
    # And with one that is too large by a factor of 1001, it grows by a factor of 1000.
    third = learned(student.learn_kernel(X, Y, kernel_size, 3, 1001 * lr), kernel_size)
    error = max(
        (value.detach().double() - p).abs().max().item() for value, p in zip(third, (weight, bias), strict=True)
    )
    counts = (2, "a step less than num_steps"), (4, "a step more than num_steps")
    taken = next((words for count, words in counts if 0.2 < error / 1000.0**count < 5), "")  # neither, if not finite
    if taken and min(weights, biases) > 50:
        return f"learn_kernel takes {taken}"
    far = learned(student.learn_kernel(X, Y, kernel_size, 1, 1e6), kernel_size)
    if all((value.detach().abs() < 1e3).all() for value in far):
        return "weight and bias hardly change however large lr is: are they updated, and with this lr?"
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


@criterion("implementation", weight=4)
@hint("make a Conv2D of your own and take the steps with it; first make learn_kernel's values right", "Forbidden")
def test_learn_kernel_from_scratch(restricted_student, student, reference, rng):
    """learn_kernel works without any built-in convolution"""
    x, K = draw(rng, (5, 6), (2, 3))
    X, Y, *right, lr = orthogonal_problem(rng, (1, 2))
    try:
        got = learned(restricted_student.learn_kernel(X, Y, (1, 2), 1, lr), (1, 2))
        restricted_student.learn_kernel(x, reference.corr2d(x, K), (2, 3), 1, lr)
        restricted_student.learn_kernel(X, Y, (1, 2), 30, lr)  # as many steps as in the example
    finally:
        uses_no_builtin(restricted_student, "learn_kernel")
    for part, expected in enumerate(right):

        def usual(part: int = part) -> torch.Tensor:
            return learned(student.learn_kernel(X, Y, (1, 2), 1, lr), (1, 2))[part]

        message = "learn_kernel is wrong after one step"
        assert_close_elsewhere(got[part], usual, expected, message, NO_BUILTIN, atol=1e-3)


@criterion("implementation")
@hint("return the learned values alone, detached from the layer, and leave X and Y as they are", "A learned kernel")
def test_learned_result_detached(observed_student, student, harness, rng):
    """learn_kernel returns detached tensors and leaves its inputs and torch's switches alone"""
    X, Y, *right, lr = orthogonal_problem(rng, (1, 2))
    enabled, same_type = harness.switches_after(student.learn_kernel, X, Y, (1, 2), 2, lr)
    check(enabled, "after learn_kernel gradients are switched off for everybody: use `with torch.no_grad():`")
    check(same_type, "after learn_kernel torch makes tensors of another type: it changes the default")
    with unchanged("learn_kernel", X=X, Y=Y):
        weight, bias = learned(observed_student.learn_kernel(X, Y, (1, 2), 2, lr), (1, 2))
    check(not weight.requires_grad and not bias.requires_grad, "learn_kernel's result still requires grad: detach it")
    for got, expected in zip((weight, bias), right, strict=True):
        assert_close(got, expected, "learn_kernel leaves its inputs alone, but its result is wrong", atol=1e-3)
