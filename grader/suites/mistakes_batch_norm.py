"""What common wrong solutions of the batch normalisation exercise compute."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from cases_batch_norm import ALL_AXES, NORMS, Inputs, batch_statistics, formula
from grader.testing import Mistake


def updated(given: Inputs) -> list[torch.Tensor]:
    """The moving statistics after the batch."""
    both = zip((given.moving_mean, given.moving_var), batch_statistics(given.X, given.axes), strict=True)
    return [given.momentum * old + (1 - given.momentum) * new for old, new in both]


OTHER_EPS = "the eps that is given is not what is added to the variance"
"""Without any eps, with a small one of its own, or with one that is only a lower bound the output is much the same."""


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
        Mistake(lambda: gamma * (X - mean) / var.sqrt() + beta, OTHER_EPS),
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


def prediction_mistakes(given: Inputs) -> list[Mistake]:
    X, gamma, beta, eps = given.X, given.gamma, given.beta, given.eps
    mean, var = given.moving_mean, given.moving_var
    return [
        Mistake(
            lambda: formula(X, gamma, beta, *batch_statistics(X, given.axes), eps),
            "without gradients the batch's statistics are used; prediction uses the moving ones",
        ),
        Mistake(lambda: gamma * (X - mean) / (var.sqrt() + eps) + beta, "eps is added outside of the square root"),
        Mistake(lambda: gamma * (X - mean) / var.sqrt() + beta, f"in prediction mode {OTHER_EPS}"),
        Mistake(
            lambda: formula(X, gamma, beta, mean, var, 1e-5),
            "in prediction mode eps is a fixed number instead of the one given",
        ),
        Mistake(lambda: gamma * (X - mean) / (var + eps) + beta, "the square root of moving_var is missing"),
        Mistake(lambda: formula(X, gamma, beta, mean, var**2, eps), "moving_var is taken for a standard deviation"),
        Mistake(lambda: formula(X, 1, 0, mean, var, eps), "gamma and beta are not used in prediction mode"),
        Mistake(lambda: formula(X, beta, gamma, mean, var, eps), "gamma and beta are swapped"),
    ]


def gradient_mistakes(given: Inputs, leaves, cotangent, position: int) -> list[Mistake]:
    X, gamma, beta = leaves

    def detached(*, mean_too: bool, var_too: bool):
        mean, var = batch_statistics(X, given.axes)
        mean, var = mean.detach() if mean_too else mean, var.detach() if var_too else var
        return torch.autograd.grad(formula(X, gamma, beta, mean, var, given.eps), leaves, cotangent)[position]

    both = "the gradient for X ignores that mean and variance of the batch depend on X: do not detach them"
    sentence = "the gradient for X ignores that the {} of the batch depends on X: do not detach it"
    return [
        Mistake(lambda: detached(mean_too=True, var_too=True), both),
        Mistake(lambda: detached(mean_too=True, var_too=False), sentence.format("mean")),
        Mistake(lambda: detached(mean_too=False, var_too=True), sentence.format("variance")),
    ]


def constant_mistakes(own, X: torch.Tensor) -> list[Mistake]:
    """In evaluation, after so many batches without any variance that eps counts."""
    gamma, beta, mean, var = (tensor.detach() for tensor in (own.gamma, own.beta, own.moving_mean, own.moving_var))
    other = "BatchNorm's output is wrong in evaluation where moving_var is small: is eps 1e-5 there too?"
    return [
        Mistake(
            lambda: formula(X, gamma, beta, *batch_statistics(X, ALL_AXES[X.dim()]), 1e-5),
            "in evaluation BatchNorm normalises with the batch's statistics",
        ),
        Mistake(
            lambda: gamma * (X - mean) / (var.sqrt() + 1e-5) + beta,
            "in evaluation BatchNorm adds eps outside of the square root",
        ),
        *[
            Mistake(lambda eps=eps: formula(X, gamma, beta, mean, var, eps), other)
            for eps in (0, 1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-4, 1e-3, 1e-2, 0.1)
        ],
    ]


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
