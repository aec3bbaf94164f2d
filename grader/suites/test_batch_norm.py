"""Hidden suite: batch normalisation as a function."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from cases_batch_norm import SIZES, Inputs, sizes
from checks_batch_norm import assert_normalises, same_elsewhere, uses_no_builtin
from grader.testing import (
    COTANGENTS,
    Mistake,
    assert_backward_changes_nothing,
    assert_close,
    assert_gradients,
    assert_gradients_elsewhere,
    assert_shape,
    check,
    criterion,
    hint,
    strided_cotangent,
    unchanged,
    uses_harness,
)
from mistakes_batch_norm import SWAPPED, gradient_mistakes, moving_mistakes, output_mistakes, prediction_mistakes


def triple(result) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    ok = isinstance(result, tuple | list) and len(result) == 3
    check(ok, "batch_norm should return three tensors: Y, moving_mean, moving_var")
    return tuple(result)


def check_training(student, reference, given: Inputs, kind: str, *, rtol=1e-4, atol=1e-5) -> None:
    """Compares the three results of a call in training mode."""
    expected = reference.batch_norm(*given.arguments())
    Y, mean, var = triple(student.batch_norm(*given.arguments()))
    message = f"in training mode Y is wrong for {kind}"
    assert_close(Y, expected[0].detach(), message, rtol=rtol, atol=atol, mistakes=output_mistakes(given))
    assert_close(mean, expected[1], f"moving_mean is wrong for {kind}", mistakes=moving_mistakes(given, 0))
    assert_close(var, expected[2], f"moving_var is wrong for {kind}", mistakes=moving_mistakes(given, 1))


@criterion("values", weight=3)
@hint(
    "one mean and one biased variance per channel, over the batch and the pixels; eps inside the square root",
    "Batch normalisation",
)
@sizes
def test_function_in_training(student, reference, rng, size):
    """batch_norm normalises with the batch's statistics in training mode and updates the moving ones"""
    check_training(student, reference, Inputs(rng, size), f"{len(size)}-D input")


@criterion("values")
@hint(
    "the variance is the mean of the squared deviations from the mean; eps is added to it, under the square root",
    "Batch normalisation",
)
@sizes
def test_function_low_variance(student, reference, rng, size):
    """batch_norm is right for channels that hardly vary"""
    given = Inputs(rng, size)
    given.X = 2e-3 * torch.randn(size, generator=rng)
    given.X[:, 0] = 3
    given.eps = 1e-5
    check_training(student, reference, given, f"{len(size)}-D input that hardly varies", rtol=1e-3, atol=1e-3)


@criterion("values")
@pytest.mark.parametrize(
    "size",
    [(1, 3, 4, 5), (1, 4), (7, 1), (2, 1, 3, 3), (5, 3, 1, 1), (1, 3, 1, 1), (4, 4), (3, 3, 3, 3), (2, 4, 4, 5)],
    ids=[
        "one image",
        "one row",
        "one feature",
        "one channel",
        "1x1",
        "one pixel",
        "square",
        "alike",
        "rows as channels",
    ],
)
@hint("the mean goes over every axis but the channels', whatever their sizes are", "Batch normalisation")
def test_function_sizes(student, reference, rng, size):
    """batch_norm works for a batch of one image, for one channel and for images of one pixel"""
    check_training(student, reference, Inputs(rng, size), f"input of shape {size}")


@criterion("values")
@hint("every sample of the batch counts, and nothing is cut off", "Batch normalisation")
def test_function_large_batch(student, reference, rng):
    """batch_norm is right for a large batch with a sample far from the others"""
    given = Inputs(rng, (300, 3))
    given.X[-1] += 40
    check_training(student, reference, given, "a large batch with an outlier", rtol=1e-3, atol=1e-4)


@criterion("values")
@hint("zero is a number like any other: what is given is used", "Batch normalisation")
def test_function_extremes(student, reference, rng):
    """batch_norm is right for a momentum of zero and of one, and without eps"""
    for momentum, eps in ((0.0, 0.1), (1.0, 0.1), (0.4, 0.0)):
        given = Inputs(rng, (3, 4, 5, 2))
        given.momentum, given.eps = momentum, eps
        if not eps:  # so small that even a small number in the place of zero counts
            given.X, given.moving_mean, given.moving_var = (
                1e-3 * given.X,
                1e-3 * given.moving_mean,
                1e-6 * given.moving_var,
            )
        check_training(student, reference, given, f"a momentum of {momentum} and an eps of {eps}")
    with torch.no_grad():
        expected = reference.batch_norm(*given.arguments())[0]
        Y = triple(student.batch_norm(*given.arguments()))[0]
    mistakes = prediction_mistakes(given)
    assert_close(Y, expected, "in prediction mode Y is wrong for an eps of zero", mistakes=mistakes)


@criterion("values")
@hint("the parameters' names are in the exercise's text", "Batch normalisation")
def test_function_keywords(student, reference, rng):
    """batch_norm takes eps and momentum by keyword"""
    given = Inputs(rng, (6, 5))
    *tensors, eps, momentum = given.arguments()
    expected = reference.batch_norm(*given.arguments())
    result = triple(student.batch_norm(*tensors, momentum=momentum, eps=eps))
    for got, right in zip(result, expected, strict=True):
        assert_close(got, right.detach(), "batch_norm is wrong with eps and momentum given by keyword")


@criterion("values")
@hint(
    "use the tensors' values in their own order: no .view of, and no assumption on, the memory behind them",
    "Batch normalisation",
)
def test_function_on_views(student, reference, rng):
    """batch_norm works on inputs that are views of other tensors"""
    given = Inputs(rng, (3, 4, 5, 2))
    given.X = given.X.transpose(2, 3).contiguous().transpose(2, 3)
    check_training(student, reference, given, "an input that is a view of another")
    given = Inputs(rng, (4, 6))
    given.X = given.X.T.contiguous().T
    check_training(student, reference, given, "a transposed input")


@criterion("values", weight=2)
@hint("torch.is_grad_enabled() says which mode it is", "Training and prediction")
@pytest.mark.parametrize("size", [*SIZES.values(), (1, 4), (1, 3, 2, 2)], ids=["2-D", "4-D", "one row", "one image"])
def test_function_in_prediction(student, reference, rng, size):
    """Without gradients batch_norm normalises with the moving statistics"""
    given = Inputs(rng, size)
    with torch.no_grad():
        expected = reference.batch_norm(*given.arguments())
        Y, _, _ = triple(student.batch_norm(*given.arguments()))
        kind = f"a {len(size)}-D batch" if size[0] > 1 else "a batch of one"
        message = f"in prediction mode Y is wrong for {kind}"
        assert_close(Y, expected[0], message, mistakes=prediction_mistakes(given))


@criterion("training", weight=2)
@sizes
@hint("in prediction the moving statistics are used and returned as they were given", "Training and prediction")
def test_function_leaves_moving_alone(student, reference, rng, size):
    """Without gradients batch_norm returns the moving statistics that it was given"""
    given = Inputs(rng, size)
    with torch.no_grad():
        Y, mean, var = triple(student.batch_norm(*given.arguments()))
        assert_normalises(Y, reference.batch_norm(*given.arguments())[0], "batch_norm in prediction mode")
    both = given.moving_mean, given.moving_var
    for name, got, right, other in zip(("moving_mean", "moving_var"), (mean, var), both, both[::-1], strict=True):
        message = f"{name} is changed in prediction mode; only training updates it"
        assert_close(got, right, message, rtol=1e-6, atol=1e-6, mistakes=[Mistake(other, SWAPPED)])


@criterion("training")
@hint("the moving statistics are bookkeeping: detach what goes into them", "Training and prediction")
@sizes
def test_moving_without_graph(student, reference, rng, size):
    """The returned moving statistics carry no graph"""
    given = Inputs(rng, size)
    X, gamma, beta, *rest = given.arguments()
    X, gamma, beta = (tensor.clone().requires_grad_() for tensor in (X, gamma, beta))
    Y, mean, var = triple(student.batch_norm(X, gamma, beta, *rest))
    assert_normalises(Y, reference.batch_norm(*given.arguments())[0], "batch_norm")
    check(not mean.requires_grad, "the returned moving_mean carries a graph; it grows with every batch")
    check(not var.requires_grad, "the returned moving_var carries a graph; it grows with every batch")


@criterion("shapes")
@pytest.mark.parametrize("size", [(4, 3), (2, 5, 3, 4), (1, 2, 6, 1)], ids=str)
@pytest.mark.parametrize("grad", [True, False], ids=["training", "prediction"])
@hint(
    "keep the axes of the mean and the variance (keepdim=True), so that they broadcast against X", "Batch normalisation"
)
def test_function_shapes(student, rng, size, grad):
    """Y has X's shape, the moving statistics keep theirs"""
    given = Inputs(rng, size)
    with torch.set_grad_enabled(grad):
        Y, mean, var = triple(student.batch_norm(*given.arguments()))
    assert_shape(Y, size, "Y")
    assert_shape(mean, given.shape, "the returned moving_mean")
    assert_shape(var, given.shape, "the returned moving_var")


@criterion("gradients", weight=3)
@hint(
    "mean and variance are computed from X: gradients have to flow through them too, so nothing is detached in Y",
    "Batch normalisation",
)
@sizes
def test_function_gradients(student, reference, rng, size):
    """Gradients reach X, gamma and beta, through the batch's statistics too"""
    given = Inputs(rng, size)
    _, _, _, *rest = given.arguments()
    leaves = [tensor.clone().requires_grad_() for tensor in (given.X, given.gamma, given.beta)]
    own = [tensor.clone().requires_grad_() for tensor in leaves]
    Y, _, _ = triple(student.batch_norm(*leaves, *rest))
    assert_shape(Y, size, "Y")
    check(Y.requires_grad, "Y does not depend on X, gamma and beta for autograd: the graph is cut")
    cotangent = torch.randn(size, generator=rng)
    expected = torch.autograd.grad(reference.batch_norm(*own, *given.arguments()[3:])[0], own, cotangent)
    Y.backward(cotangent)
    for position, name in enumerate(("X", "gamma", "beta")):
        got = leaves[position].grad
        check(got is not None, f"no gradient reaches {name}")
        mistakes = gradient_mistakes(given, own, cotangent, 0) if name == "X" else []
        assert_close(
            got, expected[position], f"the gradient for {name} is wrong", rtol=1e-3, atol=1e-4, mistakes=mistakes
        )
    if len(size) == 4:
        given = Inputs(rng, (1, *size[1:]))
        inputs = {"X": given.X, "gamma": given.gamma, "beta": given.beta}
        calls = output_of(student, given), output_of(reference, given)
        assert_gradients(*calls, inputs, rng=rng, where=" for a batch of one image")


@criterion("gradients")
@sizes
@hint("eps is added under the square root, so that no root of zero is taken", "Batch normalisation")
def test_gradients_of_constant_channel(student, reference, rng, size):
    """Gradients are right where a channel is the same everywhere"""
    given = Inputs(rng, size)
    given.X[:, 0] = 3
    inputs = {"X": given.X, "gamma": given.gamma, "beta": given.beta}
    calls = output_of(student, given), output_of(reference, given)
    assert_gradients(*calls, inputs, rng=rng, where=" where a channel is the same everywhere")


@criterion("gradients")
@sizes
@hint(
    "mean and variance are computed from X: gradients have to flow through them too, so nothing is detached in Y",
    "Batch normalisation",
)
def test_gradcheck(student, rng, size):
    """Gradients agree with finite differences in double precision"""
    given = Inputs(rng, size)
    leaves = [tensor.double().requires_grad_() for tensor in (given.X[:3], given.gamma, given.beta)]
    moving = given.moving_mean.double(), given.moving_var.double()

    def output(*tensors: torch.Tensor) -> torch.Tensor:
        state = (tensor.clone() for tensor in moving)
        return triple(student.batch_norm(*tensors, *state, given.eps, given.momentum))[0]

    result = output(*leaves)
    check(result.requires_grad, "Y does not depend on X, gamma and beta for autograd: the graph is cut")
    if result.dtype == torch.float64:
        torch.autograd.gradcheck(output, leaves, fast_mode=True)


@criterion("gradients")
@sizes
@hint("the gradient of each argument is asked for by itself, and gamma may be zero", "Batch normalisation")
def test_gradients_of_some(student, reference, rng, size):
    """Gradients reach gamma and beta where X needs none, X alone, and all of them where gamma is zero somewhere"""
    given = Inputs(rng, size)
    given.gamma.view(-1)[0] = 0
    inputs = {"X": given.X, "gamma": given.gamma, "beta": given.beta}
    for wanted in (("gamma", "beta"), ("X",), ("gamma",), tuple(inputs)):
        where = f" where {' and '.join(wanted)} alone need one" if len(wanted) < 3 else " where gamma is zero somewhere"
        calls = output_of(student, given), output_of(reference, given)
        assert_gradients(*calls, inputs, rng=rng, wanted=wanted, where=where)


def output_of(module, given: Inputs) -> Callable[..., torch.Tensor]:
    """batch_norm's Y as a function of X, gamma and beta."""

    def batch_norm(X, gamma, beta):
        return triple(module.batch_norm(X, gamma, beta, *given.arguments()[3:]))[0]

    return batch_norm


@criterion("gradients")
@sizes
@pytest.mark.parametrize("kind", COTANGENTS)
@hint(
    "a backward pass may be handed any tensor of the result's shape: `view` and `*=` do not suit all",
    "Batch normalisation",
)
def test_gradients_of_used_result(student, reference, rng, size, kind):
    """Gradients reach X, gamma and beta from a result that is summed up or transposed"""
    given = Inputs(rng, size)
    inputs = {"X": given.X, "gamma": given.gamma, "beta": given.beta}
    cotangent, where = strided_cotangent(kind, size, rng), f" where the result is {kind}"
    calls = output_of(student, given), output_of(reference, given)
    assert_gradients(*calls, inputs, rng=rng, cotangent=cotangent, where=where)


@criterion("gradients")
@sizes
@hint(
    "what a backward pass needs belongs to its own forward pass, not to the module or the class", "Batch normalisation"
)
def test_gradients_after_another_call(student, reference, rng, size):
    """Gradients reach the arguments of a call after which there was another one"""
    given, other = Inputs(rng, size), Inputs(rng, size)
    inputs = {"X": given.X, "gamma": given.gamma, "beta": given.beta}

    def call_again() -> None:
        output_of(student, other)(*(tensor.clone().requires_grad_() for tensor in other.arguments()[:3]))

    calls, where = (output_of(student, given), output_of(reference, given)), " where batch_norm is called again before"
    assert_gradients(*calls, inputs, rng=rng, where=f"{where} backward", before_backward=call_again)


@criterion("implementation", weight=4)
@pytest.mark.parametrize("grad", [True, False], ids=["training", "prediction"])
@sizes
@hint("write the computation yourself, with plain tensor operations; mean and variance included", "Forbidden")
def test_function_from_scratch(restricted_student, student, reference, rng, size, grad):
    """batch_norm works without any built-in normalisation"""
    given = Inputs(rng, size)
    with torch.set_grad_enabled(grad):
        expected = reference.batch_norm(*given.arguments())
        try:
            result = triple(restricted_student.batch_norm(*given.arguments()))
            if grad:
                everywhere = [
                    lambda *leaves, module=module: triple(module.batch_norm(*leaves, *given.arguments()[3:]))[0]
                    for module in (restricted_student, student, reference)
                ]
                message = "the gradient of batch_norm is wrong, with no built-in normalisation around"
                assert_gradients_elsewhere(*everywhere, given.arguments()[:3], rng, message)
        finally:
            uses_no_builtin(restricted_student, "batch_norm")
        for part, (got, right) in enumerate(zip(result, expected, strict=True)):
            same_elsewhere(
                got,
                right.detach(),
                lambda part=part: triple(student.batch_norm(*given.arguments()))[part],
                "without any built-in normalisation around, batch_norm does not normalise",
            )


@criterion("implementation")
@hint("work on a copy if you have to change something", "Batch normalisation")
@pytest.mark.parametrize("grad", [True, False], ids=["training", "prediction"])
@sizes
def test_inputs_unchanged(observed_student, reference, rng, size, grad):
    """X, gamma and beta are left as they were"""
    given = Inputs(rng, size)
    X, gamma, beta, *rest = given.arguments()
    with torch.set_grad_enabled(grad):
        expected = reference.batch_norm(*(each.clone() for each in (X, gamma, beta)), *given.arguments()[3:])[0]
        with unchanged("batch_norm", X=X, gamma=gamma, beta=beta):
            result = triple(observed_student.batch_norm(X, gamma, beta, *rest))
    assert_normalises(result[0], expected, "batch_norm")


@criterion("implementation")
@hint(
    "whoever changes the mode for some lines does so in a `with` block, which puts it back", "Training and prediction"
)
def test_grad_mode_unchanged(student, harness, reference, rng):
    """batch_norm leaves torch's gradient mode as it was"""
    for training in (True, False):
        given, where = Inputs(rng, (6, 5)), f"called {'with' if training else 'without'} gradients"
        result, after = harness.with_mode_afterwards(student.batch_norm, list(given.arguments()), training)
        with torch.set_grad_enabled(training):
            assert_normalises(triple(result)[0], reference.batch_norm(*given.arguments())[0], "batch_norm")
        message = f"batch_norm, {where}, leaves them {'disabled' if training else 'enabled'} for all that follows"
        check(after is training, message)


@criterion("implementation")
@uses_harness("gradients")
@sizes
@hint("work on a copy if you have to change something, in a backward pass of your own too", "Batch normalisation")
def test_backward_changes_nothing(student, harness, reference, rng, size):
    """A backward pass leaves X, gamma and beta as they were"""
    given = Inputs(rng, size)
    X, gamma, beta, *settings = given.arguments()
    inputs = {"X": X, "gamma": gamma, "beta": beta}

    def right(*arguments):
        return reference.batch_norm(*arguments[:3], *given.arguments()[3:])[0]

    assert_backward_changes_nothing(harness, student.batch_norm, "batch_norm", right, inputs, settings, rng)
