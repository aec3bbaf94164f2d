"""Hidden suite: several input and output channels, and 1x1 kernels."""

from __future__ import annotations

import functools

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
from mistakes_channels import named_mistakes

Size = tuple[int, ...]
NO_BUILTIN = ", with no built-in convolution around"
# Shapes of X and K for each of the three functions.
MULTI_IN = {
    "three channels": ((3, 5, 7), (3, 2, 3)),
    "one channel": ((1, 4, 6), (1, 3, 1)),
    "two channels, one row": ((2, 1, 6), (2, 1, 4)),
    "kernel as large as the input": ((2, 3, 4), (2, 3, 4)),
    "1x1 kernel": ((2, 3, 4), (2, 1, 1)),  # an X of a size seen before, with another kernel
    "square": ((3, 5, 5), (3, 3, 3)),
    "many channels": ((9, 4, 6), (9, 2, 3)),
    "large": ((3, 13, 17), (3, 4, 3)),
    "many rows": ((2, 70, 3), (2, 2, 3)),
    "large, and a large kernel": ((2, 41, 37), (2, 40, 3)),
    "very many channels": ((65, 2, 3), (65, 2, 2)),
    "one column": ((3, 6, 1), (3, 2, 1)),
}
MULTI_IN_OUT = {
    "3 to 2": ((3, 5, 7), (2, 3, 2, 3)),
    "2 to 4": ((2, 6, 4), (4, 2, 1, 3)),
    "1 to 3": ((1, 4, 6), (3, 1, 3, 2)),
    "3 to 1": ((3, 4, 5), (1, 3, 2, 2)),
    "1 to 1": ((1, 5, 3), (1, 1, 2, 1)),
    "3 to 3": ((3, 4, 6), (3, 3, 2, 3)),
    "1x1 kernel": ((2, 3, 4), (3, 2, 1, 1)),
    "kernel as large as the input": ((2, 3, 4), (3, 2, 3, 4)),
    "square": ((3, 5, 5), (2, 3, 3, 3)),
    "many channels": ((7, 4, 6), (9, 7, 2, 3)),
    "large": ((3, 13, 17), (2, 3, 4, 3)),
    "many columns": ((2, 3, 70), (2, 2, 3, 2)),
    "large, and a large kernel": ((1, 41, 37), (2, 1, 40, 3)),
    "very many channels": ((33, 2, 3), (17, 33, 2, 2)),
    "one column": ((2, 5, 1), (3, 2, 2, 1)),
    "6 to 6, square kernels": ((6, 3, 4), (6, 6, 2, 2)),
}
ONE_BY_ONE = {
    "3 to 2": ((3, 4, 5), (2, 3, 1, 1)),
    "2 to 4": ((2, 5, 3), (4, 2, 1, 1)),
    "1 to 3": ((1, 3, 4), (3, 1, 1, 1)),
    "3 to 1": ((3, 4, 2), (1, 3, 1, 1)),
    "1 to 1": ((1, 3, 4), (1, 1, 1, 1)),
    "3 to 3": ((3, 4, 6), (3, 3, 1, 1)),
    "one row": ((3, 1, 5), (2, 3, 1, 1)),
    "one column": ((2, 4, 1), (3, 2, 1, 1)),
    "one pixel": ((3, 1, 1), (2, 3, 1, 1)),
    "square": ((3, 5, 5), (2, 3, 1, 1)),
    "many channels": ((7, 4, 6), (9, 7, 1, 1)),
    "large": ((3, 19, 23), (2, 3, 1, 1)),
    "very many channels": ((65, 2, 1), (33, 65, 1, 1)),
    "6 to 6": ((6, 2, 3), (6, 6, 1, 1)),
    "very large": ((1, 41, 37), (2, 1, 1, 1)),
}
SIZES = {
    "corr2d_multi_in": MULTI_IN,
    "corr2d_multi_in_out": MULTI_IN_OUT,
    "corr2d_multi_in_out_1x1": ONE_BY_ONE,
}
FUNCTIONS = list(SIZES)
functions = pytest.mark.parametrize("function", FUNCTIONS)


def cases(names: tuple[str, ...] = ()) -> pytest.MarkDecorator:
    """Every function with every case of its own, or with those of `names`."""
    chosen = [(f, name, *sizes) for f in FUNCTIONS for name, sizes in SIZES[f].items() if not names or name in names]
    ids = [f"{function}-{name}" for function, name, *_ in chosen]
    return pytest.mark.parametrize(("function", "x_size", "k_size"), [(f, x, k) for f, _, x, k in chosen], ids=ids)


def draw(rng: torch.Generator, *sizes: Size, dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    return [torch.randn(size, generator=rng, dtype=dtype) for size in sizes]


def first_sizes(function: str) -> tuple[Size, Size]:
    return next(iter(SIZES[function].values()))


def is_not_stacked(got: object, function: str, channels: int) -> None:
    if function == "corr2d_multi_in" and isinstance(got, torch.Tensor) and channels > 1:
        stacked = got.dim() == 3 and got.shape[0] == channels
        check(not stacked, "corr2d_multi_in returns one result per channel; the channels should be summed")


@criterion("values")
@hint(
    "correlate each input channel with its own kernel and sum over input channels; stack over output channels",
    "Several output channels",
)
@cases()
def test_values(student, reference, rng, function, x_size, k_size):
    """The function cross-correlates over several channels"""
    X, K = draw(rng, x_size, k_size)
    expected, mistakes = getattr(reference, function)(X, K), named_mistakes(reference, function, X, K)
    got = getattr(student, function)(X, K)
    is_not_stacked(got, function, len(X))
    assert_close(got, expected, f"{function} is wrong", mistakes=mistakes)


@criterion("values")
@functions
@pytest.mark.parametrize("channel", ["first", "last"])
@hint("every input channel adds its part, with its own slice of the kernel", "Several input channels")
def test_single_channel_counts(student, reference, rng, function, channel):
    """Each input channel counts, with its own part of the kernel"""
    x_size, k_size = first_sizes(function)
    X, K = draw(rng, x_size, k_size)
    index = 0 if channel == "first" else -1
    alone = torch.zeros_like(X)
    alone[index] = X[index]
    expected = getattr(reference, function)(alone, K)
    got = getattr(student, function)(alone, K)
    is_not_stacked(got, function, len(X))
    message = f"{function} is wrong where all input channels but the {channel} one are zero"
    mistakes = [Mistake(torch.zeros_like(expected), f"{function} leaves the {channel} input channel out")]
    assert_close(got, expected, message, mistakes=mistakes)


@criterion("values")
@functions
@hint("a call may not depend on autograd being on", "Several output channels")
def test_without_gradients(student, reference, rng, function):
    """The function gives the same values where gradients are asked for, and under torch.no_grad()"""
    X, K = draw(rng, *first_sizes(function))
    expected = getattr(reference, function)(X, K)
    assert_close(getattr(student, function)(X, K), expected, f"{function} is wrong")
    got = getattr(student, function)(X.requires_grad_(), K.requires_grad_())
    assert_close(got, expected, f"{function} is wrong where its inputs require gradients")
    with torch.no_grad():
        got = getattr(student, function)(X, K)
    assert_close(got, expected, f"{function} is wrong under torch.no_grad() only")


@criterion("values")
@functions
@hint("keep nothing from one call to the next, neither inputs nor results", "Several output channels")
def test_called_again(student, reference, rng, function):
    """The function sees that its inputs have changed, and leaves its earlier results alone"""
    pairs = [draw(rng, *first_sizes(function)) for _ in range(2)]
    call = getattr(student, function)
    assert_close(call(*pairs[0]), getattr(reference, function)(*pairs[0]), f"{function} is wrong")
    results = call.called_again(*pairs)
    messages = (
        f"{function}'s result is wrong after a second call: does that one write into the first one's result?",
        f"{function} is wrong after its input and its kernel were changed in place",
    )
    for result, pair, message in zip(results, pairs, messages, strict=True):
        assert_close(result, getattr(reference, function)(*pair), message)


@criterion("values")
@functions
@hint("negative entries are values like any other", "Several input channels")
def test_negative(student, reference, rng, function):
    """Negative inputs and kernels are multiplied and added as they are"""
    X, K = (-tensor.abs() - 1 for tensor in draw(rng, *first_sizes(function)))
    expected = getattr(reference, function)(X, K)
    mistakes = [
        Mistake(getattr(reference, function)(X, K.abs()), "negative kernel entries are treated as positive"),
        Mistake(torch.zeros_like(expected), "the result is zero where all entries are negative"),
    ]
    message = f"{function} is wrong where all entries are negative"
    assert_close(getattr(student, function)(X, K), expected, message, mistakes=mistakes)


@criterion("values")
@functions
@hint("use the tensors' values in their own order, whatever their layout in memory is", "Several output channels")
def test_noncontiguous(student, reference, rng, function):
    """The function works on permuted and sliced tensors"""
    (c, h, w), k_size = first_sizes(function)
    X, K = draw(rng, (w, 2 * c, h), k_size[::-1])
    X, K = X.permute(1, 2, 0)[::2], K.permute(*reversed(range(K.dim())))
    expected = getattr(reference, function)(X, K)
    got = getattr(student, function)(X, K)
    assert_close(got, expected, f"{function} is wrong on inputs that are views of other tensors")


def example() -> tuple[torch.Tensor, torch.Tensor]:
    x, k = torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)
    return torch.stack((x, x + 1)), torch.stack((k, k + 1))


@criterion("values")
@hint("compare with the numbers in the exercise's text, one channel after the other", "Several input channels")
def test_multi_in_example(student):
    """corr2d_multi_in gives the documented example"""
    message = "corr2d_multi_in does not give the example in the exercise's text"
    assert_close(student.corr2d_multi_in(*example()), torch.tensor([[56.0, 72.0], [104.0, 120.0]]), message)


@criterion("values")
@hint("compare with the numbers in the exercise's text, one kernel after the other", "Several output channels")
def test_multi_in_out_example(student):
    """corr2d_multi_in_out gives the documented example"""
    X, K = example()
    expected = torch.tensor([[[56, 72], [104, 120]], [[76, 100], [148, 172]], [[96, 128], [192, 224]]]).float()
    message = "corr2d_multi_in_out does not give the example in the exercise's text"
    assert_close(student.corr2d_multi_in_out(X, torch.stack((K, K + 1, K + 2))), expected, message)


@criterion("values")
@hint("a 1x1 kernel looks at one pixel at a time, over all channels", "1×1 convolution")
def test_1x1_agrees(student, rng):
    """corr2d_multi_in_out_1x1 does what corr2d_multi_in_out does with a 1x1 kernel"""
    X, K = draw(rng, (3, 4, 5), (2, 3, 1, 1))
    general, special = student.corr2d_multi_in_out(X, K), student.corr2d_multi_in_out_1x1(X, K)
    assert_shape(general, (2, 4, 5), "the result of corr2d_multi_in_out for a 1x1 kernel")
    message = "corr2d_multi_in_out_1x1 and corr2d_multi_in_out disagree on a 1x1 kernel"
    assert_close(special, general.detach(), message)


@criterion("shapes")
@hint(
    "one map per output channel, of the size that the kernel leaves; one output or input channel is no exception",
    "Several output channels",
)
@functions
@pytest.mark.parametrize("kind", ["several channels", "one output channel or one input channel"])
def test_shapes(student, rng, function, kind):
    """The result has one map per output channel, each of the right size"""
    for x_size, k_size in SIZES[function].values():
        if (1 not in k_size[:-2]) == (kind == "several channels"):
            X, K = draw(rng, x_size, k_size)
            shape = (*k_size[:-3], x_size[1] - k_size[-2] + 1, x_size[2] - k_size[-1] + 1)
            assert_shape(getattr(student, function)(X, K), shape, f"the result of {function}")


@criterion("gradients")
@hint(
    "compute the result from X and K with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Several output channels",
)
@cases()
def test_gradients(student, reference, rng, function, x_size, k_size):
    """Gradients reach the input and the kernel"""
    check_gradients(student, reference, rng, function, draw(rng, x_size, k_size))


@criterion("gradients")
@hint("no copy by way of numbers or numpy, whatever the layout in memory is", "Several output channels")
@functions
def test_gradients_of_views(student, reference, rng, function):
    """Gradients reach permuted inputs and kernels"""
    (c, h, w), k_size = first_sizes(function)
    X, K = draw(rng, (w, c, h), k_size[::-1])
    inputs = [X.permute(1, 2, 0), K.permute(*reversed(range(K.dim())))]
    check_gradients(student, reference, rng, function, inputs, where=" where X and K are permuted")


@criterion("gradients")
@hint(
    "a backward pass may be handed any tensor of the result's shape: `view` and `+=` do not suit all", "1×1 convolution"
)
@functions
@pytest.mark.parametrize("kind", COTANGENTS)
def test_gradients_of_used_result(student, reference, rng, function, kind):
    """Gradients reach input and kernel from a result that is summed up or transposed"""
    inputs = draw(rng, *first_sizes(function))
    cotangent = strided_cotangent(kind, getattr(reference, function)(*inputs).shape, rng)
    check_gradients(
        student, reference, rng, function, inputs, where=f" where the result is {kind}", cotangent=cotangent
    )


@criterion("gradients")
@hint("what a backward pass needs belongs to its own forward pass, not to the module or the class", "1×1 convolution")
@functions
def test_gradients_after_another_call(student, reference, rng, function):
    """Gradients reach the inputs of a call after which there was another one"""
    inputs, others = (draw(rng, *first_sizes(function)) for _ in range(2))

    def call_again() -> None:
        getattr(student, function)(*(tensor.requires_grad_() for tensor in others))

    where = " where the function is called again before backward"
    check_gradients(student, reference, rng, function, inputs, where=where, before_backward=call_again)


@criterion("gradients")
@hint("an entry that is zero has a gradient like any other: leave none out", "Several output channels")
@functions
@pytest.mark.parametrize(
    "kind", ["zeros among the entries", "one channel of zeros", "input of zeros", "kernel of zeros"]
)
def test_gradients_at_zeros(student, reference, rng, function, kind):
    """Gradients reach entries that are zero"""
    X, K = draw(rng, *first_sizes(function))
    if kind == "zeros among the entries":
        X[:, :3, :4], K[(0,) * K.dim()] = 0, 0
    elif kind == "one channel of zeros":
        X[0], K[..., 1, :, :] = 0, 0
    X, K = X * (kind != "input of zeros"), K * (kind != "kernel of zeros")
    check_gradients(student, reference, rng, function, [X, K], where=" where entries are zero")


def check_gradients(student, reference, rng, function: str, inputs: list[torch.Tensor], **how) -> None:
    """The gradients of the student's function are the reference's; `how` is as for `assert_gradients`."""
    named = dict(zip(("X", "K"), inputs, strict=True))
    assert_gradients(getattr(student, function), getattr(reference, function), named, rng=rng, **how)


@criterion("gradients")
@hint(
    "compute the result from X and K with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Several output channels",
)
@functions
@pytest.mark.parametrize("wanted", ["X", "K"])
def test_one_gradient(student, reference, rng, function, wanted):
    """Gradients reach the one of input and kernel that requires grad"""
    check_gradients(student, reference, rng, function, draw(rng, *first_sizes(function)), wanted=(wanted,))


@criterion("gradients")
@functions
@hint(
    "compute the result from the inputs with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Several output channels",
)
def test_gradcheck(student, reference, rng, function):
    """Gradients agree with finite differences in double precision"""
    arguments = draw(rng, *first_sizes(function), dtype=torch.float64)
    call, expected = getattr(student, function), getattr(reference, function)(*arguments)
    for argument in arguments:
        argument.requires_grad_()
    result = call(*[argument.clone() for argument in arguments])
    assert_close(result, expected, f"{function} itself is wrong, so its gradients are")
    check(result.requires_grad, f"{function} cuts the graph: its result does not depend on its inputs for autograd")
    # Whoever computes in single precision is right too, but finite differences cannot tell.
    if result.dtype == torch.float64 and not differs(result, expected, rtol=1e-10, atol=1e-10):
        torch.autograd.gradcheck(call, arguments, fast_mode=True)


def uses_no_builtin(restricted_student, function: str) -> None:
    calls = restricted_student.forbidden_calls
    check(not calls, f"{function} uses a built-in convolution ({', '.join(calls)}); write it from scratch")


@criterion("implementation", weight=2)
@cases(("three channels", "1x1 kernel", "3 to 2", "1 to 3", "square", "large, and a large kernel"))
@hint("build on corr2d, sums and, for the 1×1 case, one matrix product", "Forbidden")
def test_from_scratch(restricted_student, student, reference, rng, function, x_size, k_size):
    """The function and its gradient work without any built-in convolution"""
    X, K = draw(rng, x_size, k_size)
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
@hint("work on a copy if you have to change something", "Several input channels")
@functions
@pytest.mark.parametrize("needs_grad", [False, True], ids=["plain", "requiring gradients"])
def test_inputs_unchanged(observed_student, reference, rng, function, needs_grad):
    """The inputs are left as they were by a function that does its work"""
    names = "one channel", "1 to 1", "3 to 3", "square"
    special = [SIZES[function][name] for name in names if name in SIZES[function]]
    for x_size, k_size in first_sizes(function), *special:
        X, K = (tensor.requires_grad_(needs_grad) for tensor in draw(rng, x_size, k_size))
        expected = getattr(reference, function)(X.detach(), K.detach())
        with unchanged(function, X=X, K=K):
            got = getattr(observed_student, function)(X, K)
        assert_close(got, expected, f"{function} leaves its inputs alone, but its result is wrong")


@criterion("implementation")
@uses_harness("gradients")
@hint("work on a copy if you have to change something, in a backward pass of your own too", "Several output channels")
@functions
def test_backward_changes_nothing(student, harness, reference, rng, function):
    """A backward pass leaves the inputs as they were"""
    inputs = dict(zip(("X", "K"), draw(rng, *first_sizes(function)), strict=True))
    calls = [getattr(module, function) for module in (student, reference)]
    assert_backward_changes_nothing(harness, calls[0], function, calls[1], inputs, (), rng)
