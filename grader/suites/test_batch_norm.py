"""Hidden suite: batch normalisation, as a function, as a layer, and in LeNet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch.nn import functional as F

from grader.engine.errors import StudentError
from grader.testing import (
    COTANGENTS,
    Mistake,
    assert_backward_changes_nothing,
    assert_close,
    assert_gradients,
    assert_gradients_elsewhere,
    assert_module,
    assert_sees_input,
    assert_shape,
    check,
    criterion,
    differs,
    fill_parameters,
    hint,
    match_parameters,
    mixes_devices,
    needs_cuda,
    on_devices,
    strided_cotangent,
    unchanged,
    uses_harness,
)

SIZES = {"2-D": (6, 5), "4-D": (3, 4, 5, 2)}
sizes = pytest.mark.parametrize("size", SIZES.values(), ids=[f"{kind} input" for kind in SIZES])
ALL_AXES = {2: (0,), 4: (0, 2, 3)}

CONVOLUTIONS = {"conv1": (6, 1, 5, 5), "conv2": (16, 6, 5, 5)}
DENSE = {"dense1": (120, 256), "dense2": (84, 120), "dense3": (10, 84)}
WEIGHTS = CONVOLUTIONS | DENSE
NORMS = {"bn1": (1, 6, 1, 1), "bn2": (1, 16, 1, 1), "bn3": (1, 120), "bn4": (1, 84)}
ARCHITECTURE = (
    {f"{layer}.weight": shape for layer, shape in WEIGHTS.items()}
    | {f"{layer}.bias": shape[:1] for layer, shape in WEIGHTS.items()}
    | {f"{layer}.{part}": shape for layer, shape in NORMS.items() for part in ("gamma", "beta")}
)
CANCELLED = frozenset(f"{layer}.bias" for layer in WEIGHTS if layer != "dense3")
"""Biases right before a normalisation: it takes them out again, so a network may do without."""


class Inputs:
    """Arguments for batch_norm: channels of different scale and mean, other moving statistics than the batch's."""

    def __init__(self, rng: torch.Generator, size: tuple[int, ...]) -> None:
        self.shape = shape = (1, size[1], *[1] * (len(size) - 2))
        self.axes = ALL_AXES[len(size)]
        scale = 0.3 + 2 * torch.rand(shape, generator=rng)
        self.X = scale * torch.randn(size, generator=rng) + 2 * torch.randn(shape, generator=rng)
        self.gamma, self.beta = torch.randn(shape, generator=rng) - 0.1, torch.randn(shape, generator=rng)
        self.moving_mean = torch.randn(shape, generator=rng)
        self.moving_var = 0.3 + 2 * torch.rand(shape, generator=rng)
        self.eps = float(0.05 + 0.4 * torch.rand((), generator=rng))
        self.momentum = float(0.15 + 0.25 * torch.rand((), generator=rng))

    def arguments(self) -> tuple:
        moving = self.moving_mean.clone(), self.moving_var.clone()  # may be changed in place
        return self.X, self.gamma, self.beta, *moving, self.eps, self.momentum


def batch_statistics(X: torch.Tensor, axes: tuple[int, ...], *, unbiased=False) -> tuple[torch.Tensor, torch.Tensor]:
    mean = X.mean(axes, keepdim=True)
    samples = X.numel() // mean.numel()
    squares = ((X - mean) ** 2).sum(axes, keepdim=True)
    return mean, squares / (max(samples - 1, 1) if unbiased else samples)


def formula(X, gamma, beta, mean, var, eps) -> torch.Tensor:
    return gamma * (X - mean) / (var + eps).sqrt() + beta


def assert_normalises(Y, expected: torch.Tensor, what: str) -> None:
    """The result goes the way of the right one: what is left alone counts only beside some work."""
    assert_shape(Y, expected.shape, f"the result of {what}")
    check(resembles(Y, expected), f"the result of {what} is far from the right one")


def resembles(got: torch.Tensor, right: torch.Tensor) -> bool:
    """Whether a result goes the way of the right one: a mistake in a detail leaves it so, doing nothing does not."""
    pairs = [(got.detach().double(), right.detach().double())]
    pairs += [tuple(t - t.mean(ALL_AXES[t.dim()], keepdim=True) for t in pairs[0])]
    return any(F.cosine_similarity(one.flatten(), other.flatten(), 0) > 0.6 for one, other in pairs)


def triple(result) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    ok = isinstance(result, tuple | list) and len(result) == 3
    check(ok, "batch_norm should return three tensors: Y, moving_mean, moving_var")
    return tuple(result)


def updated(given: Inputs) -> list[torch.Tensor]:
    """The moving statistics after the batch."""
    both = zip((given.moving_mean, given.moving_var), batch_statistics(given.X, given.axes), strict=True)
    return [given.momentum * old + (1 - given.momentum) * new for old, new in both]


def output_mistakes(given: Inputs) -> list[Mistake]:
    X, gamma, beta, eps, axes = given.X, given.gamma, given.beta, given.eps, given.axes
    mean, var = batch_statistics(X, axes)

    def over(*other: int):
        return lambda: formula(X, gamma, beta, *batch_statistics(X, other), eps)

    mistakes = [
        Mistake(
            lambda: formula(X, gamma, beta, mean, batch_statistics(X, axes, unbiased=True)[1], eps),
            "the variance is the unbiased one, divided by n − 1; normalise with the biased one",
        ),
        Mistake(lambda: gamma * (X - mean) / (var.sqrt() + eps) + beta, "eps is added outside of the square root"),
        Mistake(lambda: gamma * (X - mean) / var.sqrt() + beta, "eps is left out"),
        Mistake(lambda: formula(X, gamma, beta, mean, var, 1e-5), "eps is a fixed number instead of the one given"),
        Mistake(lambda: gamma * (X - mean) / (var + eps) + beta, "the square root of the variance is missing"),
        Mistake(
            lambda: formula(X, gamma, beta, given.moving_mean, given.moving_var, eps),
            "in training mode the moving statistics are used; normalise with the batch's own",
        ),
        Mistake(
            lambda: formula(X, gamma, beta, *updated(given), eps),
            "in training mode the moving statistics, just updated, are used; normalise with the batch's own",
        ),
        Mistake(lambda: formula(X, beta, gamma, mean, var, eps), "gamma and beta are swapped"),
        Mistake(lambda: formula(X, 1, 0, mean, var, eps), "gamma and beta are not used"),
        Mistake(lambda: formula(X, gamma, 0, mean, var, eps), "beta is not added"),
        Mistake(lambda: formula(X, 1, beta, mean, var, eps), "the result is not multiplied by gamma"),
        Mistake(
            lambda: gamma * ((X - mean) / (var + eps).sqrt() + beta),
            "beta is multiplied by gamma: scale first, then shift",
        ),
        Mistake(over(*range(X.dim())), "one mean and variance is taken over everything; each channel has its own"),
    ]
    if X.dim() == 2:
        return [*mistakes, Mistake(over(1), "the statistics are taken over the features; take them over the batch")]
    return [
        *mistakes,
        Mistake(over(0), "every pixel has its own statistics; take them over the batch and all pixels of a channel"),
        Mistake(over(2, 3), "every image has its own statistics; take them over the batch too"),
        Mistake(over(1), "the statistics are taken over the channels; every channel has its own"),
        Mistake(
            over(1, 2, 3), "the statistics are taken over an image's channels and pixels; every channel has its own"
        ),
    ]


SWAPPED = "moving_mean and moving_var come back in the wrong order"


def moving_mistakes(given: Inputs, part: int) -> list[Mistake]:
    old = (given.moving_mean, given.moving_var)[part]
    batch = batch_statistics(given.X, given.axes)[part]
    unbiased = batch_statistics(given.X, given.axes, unbiased=True)[part]
    name, m = ("moving_mean", "moving_var")[part], given.momentum
    return [
        Mistake(lambda: updated(given)[1 - part], SWAPPED),
        Mistake(old, f"{name} is not updated in training mode"),
        Mistake(batch, f"{name} is replaced by the batch's; it should keep a part of the old value"),
        Mistake(
            (1 - m) * old + m * batch,
            f"{name} is updated with momentum the wrong way round: momentum is the weight of the old value",
        ),
        Mistake(m * old + (1 - m) * unbiased, f"{name} is updated with the unbiased variance; use the biased one"),
        Mistake(0.9 * old + 0.1 * batch, f"{name} is updated with a fixed momentum instead of the one given"),
        Mistake(m * old + (1 - m) * batch.sqrt(), f"{name} is updated with the standard deviation"),
        Mistake(m * old + (1 - m) * (batch + given.eps), f"{name} is updated with eps added to the variance"),
        Mistake(m * old + batch, f"{name} is updated with the whole of the batch's; its weight is 1 − momentum"),
    ]


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
    [(1, 3, 4, 5), (1, 4), (7, 1), (2, 1, 3, 3), (5, 3, 1, 1)],
    ids=["one image", "one row", "one feature", "one channel", "1x1"],
)
@hint("the mean goes over every axis but the channels', whatever their sizes are", "Batch normalisation")
def test_function_sizes(student, reference, rng, size):
    """batch_norm works for a batch of one image, for one channel and for images of one pixel"""
    check_training(student, reference, Inputs(rng, size), f"input of shape {size}")


@criterion("values")
@hint("zero is a number like any other: what is given is used", "Batch normalisation")
def test_function_extremes(student, reference, rng):
    """batch_norm is right for a momentum of zero and of one, and without eps"""
    for momentum, eps in ((0.0, 0.1), (1.0, 0.1), (0.4, 0.0)):
        given = Inputs(rng, (3, 4, 5, 2))
        given.momentum, given.eps = momentum, eps
        check_training(student, reference, given, f"a momentum of {momentum} and an eps of {eps}")


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


def prediction_mistakes(given: Inputs) -> list[Mistake]:
    X, gamma, beta, eps = given.X, given.gamma, given.beta, given.eps
    mean, var = given.moving_mean, given.moving_var
    return [
        Mistake(
            lambda: formula(X, gamma, beta, *batch_statistics(X, given.axes), eps),
            "without gradients the batch's statistics are used; prediction uses the moving ones",
        ),
        Mistake(lambda: gamma * (X - mean) / (var.sqrt() + eps) + beta, "eps is added outside of the square root"),
        Mistake(lambda: gamma * (X - mean) / var.sqrt() + beta, "eps is left out in prediction mode"),
        Mistake(lambda: gamma * (X - mean) / (var + eps) + beta, "the square root of moving_var is missing"),
        Mistake(lambda: formula(X, gamma, beta, mean, var**2, eps), "moving_var is taken for a standard deviation"),
        Mistake(lambda: formula(X, 1, 0, mean, var, eps), "gamma and beta are not used in prediction mode"),
        Mistake(lambda: formula(X, beta, gamma, mean, var, eps), "gamma and beta are swapped"),
    ]


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


def gradient_mistakes(given: Inputs, leaves, cotangent, position: int) -> list[Mistake]:
    X, gamma, beta = leaves

    def detached(*, mean_too: bool, var_too: bool):
        mean, var = batch_statistics(X, given.axes)
        mean, var = mean.detach() if mean_too else mean, var.detach() if var_too else var
        return torch.autograd.grad(formula(X, gamma, beta, mean, var, given.eps), leaves, cotangent)[position]

    sentence = "the gradient for X ignores that {} of the batch depends on X: do not detach it"
    return [
        Mistake(lambda: detached(mean_too=True, var_too=True), sentence.format("neither mean nor variance")),
        Mistake(lambda: detached(mean_too=True, var_too=False), sentence.format("the mean")),
        Mistake(lambda: detached(mean_too=False, var_too=True), sentence.format("the variance")),
    ]


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


def layer_for(student, size: tuple[int, ...]):
    return assert_module(student.BatchNorm(size[1], len(size)), "BatchNorm(num_features, num_dims)")


@criterion("shapes")
@hint("gamma and beta are learned: nn.Parameter; the moving statistics are not", "The BatchNorm layer")
@sizes
def test_layer_state(student, size):
    """BatchNorm begins with gamma 1, beta 0, moving mean 0, moving variance 1, in the right shapes"""
    layer = layer_for(student, size)
    shape = (1, size[1], *[1] * (len(size) - 2))
    parameters = layer.named_parameters()
    for name in ("gamma", "beta"):
        check(name in parameters, f"BatchNorm has no parameter `{name}`")
        assert_shape(parameters[name], shape, f"BatchNorm's {name} for {len(size)}-D inputs")
    check(len(parameters) == 2, "BatchNorm has other parameters than gamma and beta; moving statistics are not learned")
    begin = {"gamma": parameters["gamma"], "beta": parameters["beta"]}
    for name in ("moving_mean", "moving_var"):
        begin[name] = getattr(layer, name)
        assert_shape(begin[name], shape, f"BatchNorm's {name} for {len(size)}-D inputs")
    for name, value in begin.items():
        right = torch.ones(shape) if name in ("gamma", "moving_var") else torch.zeros(shape)
        assert_close(value, right, f"BatchNorm's {name} does not begin with the right value")


@criterion("shapes")
@hint("the parameters' names are in the exercise's text", "The BatchNorm layer")
def test_layer_keywords(student):
    """BatchNorm takes num_features and num_dims by keyword"""
    layer = assert_module(student.BatchNorm(num_dims=4, num_features=3), "BatchNorm(num_features, num_dims)")
    assert_shape(layer.moving_mean, (1, 3, 1, 1), "BatchNorm's moving_mean for 4-D inputs")


def run(layer, mode: str, X: torch.Tensor) -> torch.Tensor:
    """One call in training mode with gradients, or in evaluation mode without."""
    getattr(layer, mode)()
    with torch.set_grad_enabled(mode == "train"):
        return layer(X)


def reference_layer(reference, size: tuple[int, ...], values: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The reference's layer with these gamma and beta, drawn here: what the worker says of them is no measure."""
    own = reference.BatchNorm(size[1], len(size))
    with torch.no_grad():
        for name in ("gamma", "beta"):
            getattr(own, name).copy_(values[name])
    return own


def same_layer(student, own, size: tuple[int, ...]):
    """A new layer of the student's with the parameters of the reference's."""
    layer = layer_for(student, size)
    layer.set_parameters({name: parameter.detach() for name, parameter in own.named_parameters()})
    return layer


def draw_layer(student, reference, rng, size: tuple[int, ...]):
    """The student's layer with drawn parameters, and the reference's with the same."""
    layer = layer_for(student, size)
    shape = (1, size[1], *[1] * (len(size) - 2))
    drawn = {name: torch.randn(shape, generator=rng) for name in ("gamma", "beta")}
    shapes = layer.parameter_shapes()
    check(drawn.keys() <= shapes.keys(), "BatchNorm has no parameters `gamma` and `beta`")
    right = all(tuple(shapes[name]) == shape for name in drawn)
    check(right, f"BatchNorm's gamma or beta for {len(size)}-D inputs has another shape than {shape}")
    layer.set_parameters(drawn)
    return layer, reference_layer(reference, size, drawn)


def assert_same_state(layer, own, when: str) -> None:
    for name in ("moving_mean", "moving_var"):
        assert_close(getattr(layer, name), getattr(own, name), f"BatchNorm's {name} is wrong after {when}")


@criterion("values", weight=2)
@hint(
    "training normalises with the batch and updates the moving statistics; evaluation uses them",
    "Training and prediction",
)
@sizes
def test_layer_in_training(student, reference, harness, rng, size):
    """BatchNorm normalises a batch in training, also with small variance; after that in evaluation"""
    layer, own = draw_layer(student, reference, rng, size)
    X = Inputs(rng, size).X
    mistakes = [Mistake(run(own, "eval", X).detach(), "in training mode BatchNorm uses the moving statistics")]
    message = "BatchNorm's output is wrong in training mode"
    assert_close(run(layer, "train", X), run(own, "train", X).detach(), message, mistakes=mistakes)
    small = 2e-3 * torch.randn(size, generator=rng)
    message = "BatchNorm's output is wrong for a batch that hardly varies: is eps 1e-5, under the square root?"
    assert_close(run(layer, "train", small), run(own, "train", small).detach(), message, rtol=1e-3, atol=1e-3)
    if len(size) == 2:
        # Close to zero: whoever subtracts the squared mean from the mean of squares loses nothing against eps.
        constant = 0.3 * torch.randn(size[1:], generator=rng).repeat(size[0], 1)
        harness.train_often(layer, constant, 120)  # 0.9^120 is less than eps
        for _ in range(120):
            own.train()(constant)
        near = constant + 2e-3 * torch.randn(size, generator=rng)
        message = (
            "BatchNorm's output is wrong in evaluation after many batches that do not vary: is eps 1e-5 there too?"
        )
        names = ("moving_mean", "moving_var")
        if not any(differs(getattr(layer, name), getattr(own, name)) for name in names):  # other tests' business
            assert_close(run(layer, "eval", near), run(own, "eval", near), message, rtol=1e-2, atol=1e-2)
    if len(size) == 4:
        X = Inputs(rng, (1, *size[1:])).X
        message = "BatchNorm's output is wrong for a batch of one image in training mode"
        assert_close(run(layer, "train", X), run(own, "train", X).detach(), message)


@criterion("training", weight=3)
@hint("keep what batch_norm returns: assign it to the layer's moving statistics", "The BatchNorm layer")
@sizes
def test_layer_moving_statistics(student, reference, rng, size):
    """BatchNorm's moving statistics are right after one and two batches, and after a smaller one"""
    layer, own = draw_layer(student, reference, rng, size)
    begin = differs(layer.moving_mean, own.moving_mean) or differs(layer.moving_var, own.moving_var)
    check(not begin, "before any training BatchNorm's moving statistics change with gamma or beta: is it one tensor?")
    for when in ("one training batch", "two training batches", "a smaller training batch"):
        smaller = when.startswith("a smaller")
        X = Inputs(rng, (1 if len(size) == 4 else 2, *size[1:]) if smaller else size).X
        before = [getattr(layer, name).clone() for name in ("moving_mean", "moving_var")]
        run(layer, "train", X)
        run(own, "train", X)
        after = [layer.moving_mean, layer.moving_var]
        changed = any(differs(new, old) for new, old in zip(after, before, strict=True))
        suffix = " on a smaller batch" if smaller else ""
        check(changed, f"BatchNorm's moving statistics stay the same in training{suffix}")
        inverted = [
            0.1 * old + 0.9 * new for old, new in zip(before, batch_statistics(X, ALL_AXES[X.dim()]), strict=True)
        ]
        right = [own.moving_mean, own.moving_var]
        questions = "is the momentum 0.9?", "is the momentum 0.9, the variance biased?"
        for part, name in enumerate(("moving_mean", "moving_var")):
            mistakes = [
                Mistake(inverted[part], f"BatchNorm's {name} is updated with momentum the wrong way round"),
                Mistake(right[1 - part], "BatchNorm's moving_mean and moving_var are mistaken for each other"),
            ]
            message = f"BatchNorm's {name} is wrong after {when}: {questions[part]}"
            assert_close(after[part], right[part], message, mistakes=mistakes)


@criterion("training", weight=2)
@sizes
@hint(
    "in evaluation the layer normalises with its moving statistics and leaves them as they are",
    "Training and prediction",
)
def test_layer_in_evaluation(student, reference, rng, size):
    """In evaluation BatchNorm uses the moving statistics and leaves them alone"""
    layer, own = draw_layer(student, reference, rng, size)
    for _ in range(2):
        X = Inputs(rng, size).X
        run(layer, "train", X)
        run(own, "train", X)
    before = layer.moving_mean.clone(), layer.moving_var.clone()
    for X in (Inputs(rng, size).X, Inputs(rng, (1, *size[1:])).X):
        batch = run(own, "train", X).detach() if len(X) > 1 else None
        own = reference_layer(reference, size, dict(own.named_parameters()))
        own.moving_mean, own.moving_var = (tensor.clone() for tensor in before)
        mistakes = (
            [Mistake(batch, "in evaluation BatchNorm normalises with the batch's statistics")] if len(X) > 1 else []
        )
        got = run(layer, "eval", X)
        assert_close(got, run(own, "eval", X), "BatchNorm's output is wrong in evaluation", mistakes=mistakes)
    message = "BatchNorm's moving statistics change in evaluation; only training updates them"
    for name, value in zip(("moving_mean", "moving_var"), before, strict=True):
        assert_close(getattr(layer, name), value, message, rtol=1e-6, atol=1e-6)


@criterion("training")
@hint(
    "the moving statistics go on from where they were, in every training step and after an evaluation",
    "The BatchNorm layer",
)
def test_training_goes_on(student, reference, rng):
    """BatchNorm can switch between training and evaluation again and again"""
    size = (5, 3, 4, 2)
    layer, own = draw_layer(student, reference, rng, size)
    for number, mode in enumerate(("eval", "train", "eval", "train", "train", "eval")):
        X = Inputs(rng, size).X
        when = "before any training" if number == 0 else f"in {mode} mode after switching between the modes"
        expected = run(own, mode, X).detach()
        assert_close(run(layer, mode, X), expected, f"BatchNorm's output is wrong {when}")
    assert_same_state(layer, own, "switching between the modes")


@criterion("training")
@hint("every layer makes its own tensors in its constructor", "The BatchNorm layer")
def test_layers_are_independent(student, rng):
    """Two BatchNorm layers share nothing"""
    first, second = layer_for(student, (4, 3)), layer_for(student, (4, 3))
    run(first, "train", 5 + Inputs(rng, (4, 3)).X)
    check(differs(first.moving_mean, torch.zeros(1, 3)), "BatchNorm's moving statistics stay the same in training")
    first.set_parameters({name: 3 + torch.rand(1, 3, generator=rng) for name in first.named_parameters()})
    third = layer_for(student, (4, 3))
    for other in (second, third):
        assert_close(other.moving_mean, torch.zeros(1, 3), "two BatchNorm layers share their moving mean")
        assert_close(other.moving_var, torch.ones(1, 3), "two BatchNorm layers share their moving variance")
        for value in other.named_parameters().values():
            check(not (value > 2).any(), "two BatchNorm layers share their parameters")


@criterion("training")
@hint(
    "make the layers in lenet_bn(), or in the constructor of the class that it makes an object of",
    "LeNet with batch normalisation",
)
def test_networks_are_independent(student, rng):
    """Every call of lenet_bn() builds a network of its own"""
    first, second = filled(student, rng), built(student)
    X = torch.rand(4, 1, 28, 28, generator=rng)
    y = run(second, "eval", X)
    assert_works(first, "train", X)
    shared = differs(run(second, "eval", X), y, rtol=1e-5)
    check(not shared, "two calls of lenet_bn() give networks that share their moving statistics")
    before = second.named_parameters()
    first.set_parameters({name: value + 1 for name, value in first.named_parameters().items()})
    after = second.named_parameters()
    same = all(torch.equal(after[name], value) for name, value in before.items())
    check(same, "two calls of lenet_bn() give networks that share their parameters: to train one changes the other")


@criterion("training")
@hint("the moving statistics are bookkeeping: detach what goes into them", "The BatchNorm layer")
def test_layer_state_without_graph(student, harness, rng):
    """BatchNorm's moving statistics carry no graph and are not learned"""
    layer = layer_for(student, (6, 4))
    for _ in range(2):
        y = run(layer, "train", Inputs(rng, (6, 4)).X)
        check(y.requires_grad, "BatchNorm's output does not depend on its parameters for autograd")
        y.backward(torch.randn(y.shape, generator=rng))
    state = harness.state(layer)
    check(not any(state["requires_grad"]), "BatchNorm's moving statistics require grad; they are not learned")
    learned = set(layer.named_parameters())
    check(
        learned == {"gamma", "beta"},
        "BatchNorm's parameters should be gamma and beta alone; the moving statistics are state and no parameters",
    )


@criterion("gradients", weight=2)
@sizes
@hint("gamma scales and beta shifts the normalised X; nothing on that way may be detached", "The BatchNorm layer")
def test_layer_gradients(student, reference, rng, size):
    """Gradients reach BatchNorm's input, gamma and beta"""
    check_layer_gradients(student, reference, rng, size)


@criterion("gradients")
@hint("what a backward pass needs belongs to its own forward pass, not to the layer", "The BatchNorm layer")
def test_layer_gradients_after_another_call(student, reference, rng):
    """Gradients are right after a forward pass of BatchNorm that another one followed"""
    size = (3, 4, 5, 2)
    other, where = Inputs(rng, size).X, " where the layer is called again before backward"
    check_layer_gradients(student, reference, rng, size, lambda layer: run(layer, "train", other), where)


def check_layer_gradients(student, reference, rng, size: tuple[int, ...], between=None, where: str = "") -> None:
    """The gradients of the student's layer are the reference's; `between` is done between the two passes."""
    layer, own = draw_layer(student, reference, rng, size)
    X = Inputs(rng, size).X.requires_grad_()
    X_own = X.detach().clone().requires_grad_()
    y, expected = run(layer, "train", X), run(own, "train", X_own)
    check(y.requires_grad, "BatchNorm's output does not depend on its parameters for autograd")
    cotangent = torch.randn(size, generator=rng)
    assert_shape(y, size, "BatchNorm's output")
    if between is not None:
        between(layer)
    y.backward(cotangent)
    expected.backward(cotangent)
    got = {"the input": X.grad, **layer.gradients()}
    right = {"the input": X_own.grad, "gamma": own.gamma.grad, "beta": own.beta.grad}
    for name, gradient in right.items():
        check(got.get(name) is not None, f"no gradient reaches {name} of BatchNorm{where}")
        message = f"the gradient for {name} of BatchNorm is wrong{where}"
        assert_close(got[name], gradient, message, rtol=1e-3, atol=1e-4)


def normalised(y: torch.Tensor, gamma: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
    return formula(y, gamma, beta, *batch_statistics(y, ALL_AXES[y.dim()]), 1e-5)


def network_variant(values, X, *, activation=torch.sigmoid, pool=F.avg_pool2d, after=(), without=()) -> torch.Tensor:
    """LeNet with batch normalisation in training mode; `after`: normalisations that follow their activation."""

    def block(y: torch.Tensor, norm: str) -> torch.Tensor:
        gamma, beta = values[f"{norm}.gamma"], values[f"{norm}.beta"]
        if norm in without:
            return activation(y)
        return normalised(activation(y), gamma, beta) if norm in after else activation(normalised(y, gamma, beta))

    y = X
    for layer, norm in (("conv1", "bn1"), ("conv2", "bn2")):
        y = pool(block(F.conv2d(y, values[f"{layer}.weight"], values[f"{layer}.bias"]), norm), 2)
    y = y.flatten(1)
    for layer, norm in (("dense1", "bn3"), ("dense2", "bn4")):
        y = block(F.linear(y, values[f"{layer}.weight"], values[f"{layer}.bias"]), norm)
    return F.linear(y, values["dense3.weight"], values["dense3.bias"])


def network_mistakes(values: dict[str, torch.Tensor], X: torch.Tensor) -> list[Mistake]:
    def changed(**options):
        return lambda: network_variant(values, X, **options)

    right = network_variant(values, X)
    return [
        Mistake(changed(activation=torch.relu), "lenet_bn's activations are ReLU; they should be sigmoids"),
        Mistake(changed(activation=torch.tanh), "lenet_bn's activations are tanh; they should be sigmoids"),
        Mistake(changed(pool=F.max_pool2d), "lenet_bn uses maximum pooling; it should average"),
        Mistake(
            changed(activation=torch.relu, pool=F.max_pool2d),
            "lenet_bn uses ReLU and maximum pooling; it should use sigmoids and average",
        ),
        Mistake(changed(after=tuple(NORMS)), "the normalisation comes after the sigmoid; it goes before it"),
        Mistake(changed(after=("bn1", "bn2")), "after the convolutions the normalisation goes before the sigmoid"),
        Mistake(changed(after=("bn3", "bn4")), "after the linear layers the normalisation goes before the sigmoid"),
        Mistake(lambda: right.softmax(1), "lenet_bn's output went through softmax; there is no activation at the end"),
        Mistake(
            lambda: right.log_softmax(1),
            "lenet_bn's output went through log-softmax; there is no activation at the end",
        ),
        Mistake(lambda: right.sigmoid(), "lenet_bn's output went through a sigmoid; there is no activation at the end"),
        *[Mistake(changed(without=(norm,)), "one of the normalisation layers is not used") for norm in NORMS],
    ]


def draw_network_parameters(rng: torch.Generator) -> dict[str, torch.Tensor]:
    drawn = {}
    for name, shape in ARCHITECTURE.items():
        noise = torch.randn(shape, generator=rng)
        if name.endswith("weight"):
            noise = 2 * noise / torch.Size(shape[1:]).numel() ** 0.5
        drawn[name] = 1 + noise.abs() if name.endswith("gamma") else noise
    return drawn


def built(student):
    """The student's network; a forward pass gives lazy layers their shapes."""
    net = assert_module(student.lenet_bn(), "what lenet_bn() returns").eval()
    try:
        with torch.no_grad():
            net(torch.zeros(2, 1, 28, 28))
    except StudentError as error:
        message = "a new network of lenet_bn() does not take images on the CPU, though nobody has moved it"
        check(not mixes_devices(error), message)
        raise
    return net


def assert_works(net, mode: str, X: torch.Tensor) -> None:
    """The network gives ten numbers per image, other ones for other images."""
    assert_sees_input(run(net, mode, X), (len(X), 10), "lenet_bn")


def filled(student, rng: torch.Generator):
    """The student's network, whatever its parameters are, with values at which the output sees the images."""
    net = built(student)
    fill_parameters(net, rng)
    return net


def draw_network(student, reference, harness, rng):
    """The student's network with drawn parameters, the reference's with the same, the values, and which is which."""
    net = built(student)
    drawn = draw_network_parameters(rng)
    matching = match_parameters(net.named_parameters(), drawn, optional=CANCELLED)
    drawn |= {name: torch.zeros_like(drawn[name]) for name in matching.missing}
    net.set_parameters(matching.to_theirs(drawn))
    harness.reset(net)
    own = reference.lenet_bn().eval()
    with torch.no_grad():
        own(torch.zeros(2, 1, 28, 28))
        parameters = dict(own.named_parameters())
        for name, value in match_parameters(parameters, drawn, optional=CANCELLED).to_theirs(drawn).items():
            parameters[name].copy_(value)
    return net, own, drawn, matching


def draw_images(rng: torch.Generator, batch: int) -> torch.Tensor:
    return torch.rand(batch, 1, 28, 28, generator=rng) + 0.5 * torch.randn(batch, 1, 1, 1, generator=rng)


@criterion("values", weight=2)
@hint(
    "go through the list of layers one by one; every normalisation stands between a layer and its sigmoid",
    "LeNet with batch normalisation",
)
@pytest.mark.parametrize("batch", [4, 9], ids=["a small batch", "a larger batch"])
def test_network_in_training(student, reference, harness, rng, batch):
    """With given parameters lenet_bn computes the right output in training"""
    net, own, drawn, _ = draw_network(student, reference, harness, rng)
    X = draw_images(rng, batch)
    with torch.no_grad():
        mistakes = network_mistakes(drawn, X)
    expected = run(own, "train", X).detach()
    got = run(net, "train", X)
    assert_close(got, expected, "lenet_bn's output is wrong in training", rtol=1e-2, atol=2e-3, mistakes=mistakes)


@criterion("training", weight=2)
@hint("in evaluation every normalisation has to use its moving statistics", "LeNet with batch normalisation")
def test_network_in_evaluation(student, reference, harness, rng):
    """After training batches lenet_bn predicts with the moving statistics"""
    net, own, drawn, _ = draw_network(student, reference, harness, rng)
    for _ in range(2):
        X = draw_images(rng, 6)
        run(net, "train", X)
        run(own, "train", X)
    X = draw_images(rng, 5)
    expected = run(own, "eval", X)
    with torch.no_grad():
        batch = network_variant(drawn, X)
    mistakes = [Mistake(batch, "in evaluation lenet_bn normalises with the batch's statistics")]
    message = "lenet_bn's output is wrong in evaluation after two training batches"
    assert_close(run(net, "eval", X), expected, message, rtol=1e-2, atol=2e-3, mistakes=mistakes)
    one = run(net, "eval", X[:1])
    assert_shape(one, (1, 10), "lenet_bn's output for one image")
    assert_close(one, expected[:1], "in evaluation lenet_bn's output for one image is wrong", rtol=1e-2, atol=2e-3)


@criterion("shapes")
@hint(
    "five layers with weight and bias, four normalisations with gamma and beta; all of them attributes of the module",
    "LeNet with batch normalisation",
)
def test_network_parameters(student):
    """lenet_bn has the parameters of its five layers and four normalisations"""
    shapes = {name: torch.empty(shape) for name, shape in ARCHITECTURE.items()}
    match_parameters(built(student).named_parameters(), shapes, optional=CANCELLED)


@criterion("shapes")
@pytest.mark.parametrize("batch", [2, 5], ids=["two images", "five images"])
@hint("one row per image, one column per class", "LeNet with batch normalisation")
def test_network_output_shape(student, batch):
    """lenet_bn gives ten numbers per image"""
    net = built(student)
    X = torch.rand(batch, 1, 28, 28)
    for mode in ("train", "eval"):
        assert_shape(run(net, mode, X), (batch, 10), "lenet_bn's output for a batch of images")
    assert_shape(run(net, "eval", X[:1]), (1, 10), "lenet_bn's output for one image")


@criterion("gradients", weight=2)
@hint(
    "every layer has to be a torch operation on the output of the one before; nothing may be detached",
    "LeNet with batch normalisation",
)
def test_network_gradients(student, reference, harness, rng):
    """Gradients reach lenet_bn's images and every parameter"""
    net, own, drawn, matching = draw_network(student, reference, harness, rng)
    net.zero_grad()
    X = draw_images(rng, 7).requires_grad_()
    X_own = X.detach().clone().requires_grad_()
    y, expected = run(net, "train", X), run(own, "train", X_own)
    check(y.requires_grad, "lenet_bn's output does not depend on its parameters for autograd: the graph is cut")
    assert_shape(y, (7, 10), "lenet_bn's output")
    cotangent = torch.randn(y.shape, generator=rng)
    y.backward(cotangent)
    expected.backward(cotangent)
    own_matching = match_parameters(dict(own.named_parameters()), drawn, optional=CANCELLED)
    right = own_matching.to_ours({name: parameter.grad for name, parameter in own.named_parameters()})
    right["the images"] = X_own.grad
    got = {"the images": X.grad, **matching.to_ours(net.gradients())}
    for name, gradient in got.items():
        part = name.partition(".")[2]
        what = f"a {part} of shape {ARCHITECTURE[name]} in lenet_bn" if part else name
        check(gradient is not None, f"no gradient reaches {what}")
        if name not in CANCELLED:  # those gradients are rounding errors around zero
            scale = float(right[name].abs().max())
            message = f"the gradient for {what} is wrong"
            assert_close(gradient, right[name], message, rtol=1e-2, atol=1e-3 * max(scale, 1.0))


@criterion("implementation")
@hint("use your own BatchNorm layer four times, a new one each time", "LeNet with batch normalisation")
def test_network_uses_own_layer(student, harness):
    """lenet_bn normalises with four BatchNorm layers of the submission's own"""
    net = built(student)
    with torch.no_grad():
        order = harness.calls(net.eval(), student.BatchNorm, torch.rand(3, 1, 28, 28))
    check(len(order) > 0, "lenet_bn does not use the module's own BatchNorm")
    check(len(order) == 4, "lenet_bn should normalise four times with BatchNorm")
    check(len(set(order)) == 4, "lenet_bn uses one BatchNorm layer in several places")


def uses_no_builtin(restricted_student, message: str) -> None:
    calls = restricted_student.forbidden_calls
    check(not calls, f"{message} uses a built-in normalisation ({', '.join(calls)}); write it from scratch")


def same_elsewhere(got: torch.Tensor, right: torch.Tensor, own: Callable[[], torch.Tensor], message: str) -> None:
    """`got` is right, or else as wrong as `own` in the usual surroundings, which is other tests' business."""
    assert_shape(got, right.shape, "the result")
    close = {"rtol": 1e-3, "atol": 1e-4}
    if not differs(got, right, **close):
        return
    usual = own()
    assert_shape(usual, right.shape, "the result")
    check(not differs(got, usual, **close), message)
    check(resembles(got, right), "the result is far from the right one, and not only here")


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


@criterion("implementation", weight=4)
@hint("call your own batch_norm in the layer's forward", "Forbidden")
def test_layer_from_scratch(restricted_student, rng):
    """BatchNorm and lenet_bn work without any built-in normalisation"""
    try:
        for size in SIZES.values():
            layer, X = layer_for(restricted_student, size), Inputs(rng, size).X
            for mode in ("train", "eval"):
                assert_shape(run(layer, mode, X), size, "BatchNorm's output")
    finally:
        uses_no_builtin(restricted_student, "BatchNorm")
    try:
        net = assert_module(restricted_student.lenet_bn(), "what lenet_bn() returns")
        for mode in ("train", "eval"):
            assert_shape(run(net, mode, draw_images(rng, 4)), (4, 10), "lenet_bn's output")
    finally:
        uses_no_builtin(restricted_student, "lenet_bn")


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


@criterion("implementation")
@sizes
@hint("work on a copy if you have to change something", "The BatchNorm layer")
def test_layer_leaves_inputs_alone(observed_student, reference, rng, size):
    """BatchNorm leaves its input and its parameters as they were"""
    layer, own = draw_layer(observed_student, reference, rng, size)
    for mode in ("train", "eval"):
        X, before = Inputs(rng, size).X, layer.named_parameters()
        expected = run(own, mode, X.clone())
        with unchanged(f"BatchNorm in {mode} mode", X=X):
            Y = run(layer, mode, X)
        after = layer.named_parameters()
        same = all(torch.equal(before[name], after[name]) for name in before)
        check(same, "BatchNorm changes gamma or beta in a forward pass; that is the optimizer's part")
        assert_normalises(Y, expected, f"BatchNorm in {mode} mode")


def moved(harness, net, X: torch.Tensor, where: str, modes: list[bool]) -> torch.Tensor | None:
    """Checks that all of a network is on another device when it is used there; its last output if there is one."""
    try:
        reports = harness.moved(net, X, "meta" if where == "cpu" else where, modes)
    except StudentError as error:
        check(
            not mixes_devices(error),
            "on another device a tensor is not where the input is: the moving statistics, or one that forward makes?",
        )
        if where == "cpu":
            return None  # the device without values has its own limits: what looks at values cannot run there
        raise
    for report in reports:
        there = "meta" if where == "cpu" else where
        output = report["output"]
        check(torch.device(output) == torch.device(there), f"after the move to {there} the output is on {output}")
        places = {place for place in report["statistics"] if torch.device(place) != torch.device(there)}
        check(not places, f"with the input on {there} the moving statistics are on {', '.join(sorted(places))}")
    return reports[-1]["value"]


@criterion("device", weight=2)
@hint("move the moving statistics to X's device in `forward`, or register them as buffers", "The BatchNorm layer")
@pytest.mark.parametrize("training", [True, False], ids=["in training", "in evaluation"])
@sizes
@on_devices
def test_layer_moves(student, reference, harness, rng, size, training, where):
    """BatchNorm's moving statistics follow the input to another device"""
    layer, own = draw_layer(student, reference, rng, size)
    X = Inputs(rng, size).X
    got = moved(harness, layer, X, where, [training])
    mode = "train" if training else "eval"
    right = run(own, mode, X).detach()
    if got is not None:
        message = "BatchNorm's output on the GPU is another one than on the CPU"
        same_elsewhere(got, right, lambda: run(same_layer(student, own, size), mode, X), message)
    else:
        assert_normalises(run(same_layer(student, own, size), mode, X), right, "BatchNorm")


@criterion("device")
@pytest.mark.parametrize("training", [True, False], ids=["in training", "in evaluation"])
@hint("moving to a device takes the numbers along: from any device to any other, and back", "The BatchNorm layer")
@needs_cuda(2)
def test_layer_travels(student, reference, harness, rng, training):
    """BatchNorm's moving statistics keep their values from device to device and back"""
    size = (5, 4, 3, 2) if training else (6, 5)
    layer, own = draw_layer(student, reference, rng, size)
    batches = [Inputs(rng, size).X for _ in range(6)]
    places = ["cpu", "cpu", "cuda:0", "cuda:1", "cuda:0", "cpu"]
    modes = [True, True, *[training] * 4]
    try:
        reports = harness.journey(layer, batches, list(zip(places, modes, strict=True)))
    except StudentError as error:
        message = "on the way from the CPU to one GPU, another one and back a tensor is not where the input is"
        check(not mixes_devices(error), message)
        raise
    expected = reference_journey(own, batches, modes)
    usual = None
    for number, (report, place, right) in enumerate(zip(reports, places, expected, strict=True)):
        there = {report["output"], *report["statistics"]}
        check(there == {place}, f"with the input on {place} BatchNorm's output or moving statistics are elsewhere")
        assert_normalises(report["values"][0], right[0], "BatchNorm")
        message = "after a move from one device to another BatchNorm goes on with other moving statistics than before"
        for part, value in enumerate(right):
            if differs(report["values"][part], value, rtol=1e-3, atol=1e-4):
                if usual is None:  # as wrong without any move is other tests' business
                    stays = [("cpu", mode) for mode in modes]
                    usual = harness.journey(same_layer(student, own, size), batches, stays)
                check(not differs(report["values"][part], usual[number]["values"][part], rtol=1e-3, atol=1e-4), message)


def reference_journey(own, batches: list[torch.Tensor], modes: list[bool]) -> list[list[torch.Tensor]]:
    """The reference's output and moving statistics after every batch."""
    found = []
    for X, training in zip(batches, modes, strict=True):
        Y = run(own, "train" if training else "eval", X).detach()
        found.append([Y, own.moving_mean.clone(), own.moving_var.clone()])
    return found


@criterion("device")
@on_devices
@hint(
    "layers have to be attributes of the module (or inside an nn.Sequential), not in a plain list or dict",
    "LeNet with batch normalisation",
)
def test_network_moves(student, harness, rng, where):
    """lenet_bn moves to another device and computes there, first in training, then in evaluation"""
    net = filled(student, rng)
    X = draw_images(rng, 4)
    assert_works(net, "train", X)
    moved(harness, net, X, where, [True, False])


@criterion("device")
@pytest.mark.parametrize("training", [True, False], ids=["in training", "in evaluation"])
@sizes
@hint(
    "nothing may be turned into float32 on the way: new tensors take the type of the ones they work with",
    "The BatchNorm layer",
)
def test_double_precision(student, reference, harness, rng, size, training):
    """After .double() BatchNorm takes double precision inputs"""
    layer, own = draw_layer(student, reference, rng, size)
    X = Inputs(rng, size).X
    got, mode = harness.in_double_precision(layer, X, training), "train" if training else "eval"
    message = "BatchNorm's output after `.double()` is another one than before"
    right = run(own, mode, X).detach()
    same_elsewhere(got, right, lambda: run(same_layer(student, own, size), mode, X), message)
