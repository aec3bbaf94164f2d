"""What LeNet computes with another layer in place of one of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch.nn import functional as F

from grader.testing import Mistake

Function = Callable[..., torch.Tensor]
Values = Mapping[str, torch.Tensor]

PLACES = {
    "conv1": "first convolution",
    "conv2": "second convolution",
    "dense1": "first linear layer",
    "dense2": "second linear layer",
}


def average(y: torch.Tensor) -> torch.Tensor:
    return F.avg_pool2d(y, 2)


def maximum(y: torch.Tensor) -> torch.Tensor:
    return F.max_pool2d(y, 2)


def nothing(y: torch.Tensor) -> torch.Tensor:
    return y


def after(layers: Sequence[str], activation: Function) -> dict[str, Function]:
    """The activations after all layers, another one after these."""
    return dict.fromkeys(PLACES, torch.sigmoid) | dict.fromkeys(layers, activation)


SIGMOIDS = after((), nothing)


def variant(
    values: Values,
    X: torch.Tensor,
    activations: Mapping[str, Function] = SIGMOIDS,
    pools: Sequence[Function] = (average, average),
    *,
    pooled_first: bool = False,
) -> torch.Tensor:
    """LeNet with other activations or poolings, or with each pooling before its activation."""
    y = X
    for layer, padding, pool in (("conv1", 2, pools[0]), ("conv2", 0, pools[1])):
        y = F.conv2d(y, values[f"{layer}.weight"], values[f"{layer}.bias"], padding=padding)
        y = activations[layer](pool(y)) if pooled_first else pool(activations[layer](y))
    y = y.flatten(1)
    for layer in ("dense1", "dense2"):
        y = activations[layer](F.linear(y, values[f"{layer}.weight"], values[f"{layer}.bias"]))
    return F.linear(y, values["dense3.weight"], values["dense3.bias"])


def network_mistakes(values: Values, X: torch.Tensor) -> list[Mistake]:
    """Other kinds of layers, missing ones, and activations at the end."""

    def changed(activations: Mapping[str, Function] = SIGMOIDS, *pools: Function, **options: bool) -> Function:
        return lambda: variant(values, X, activations, pools or (average, average), **options)

    def ended(activation: Function) -> Function:
        return lambda: activation(variant(values, X))

    relus, tanhs = after(list(PLACES), torch.relu), after(list(PLACES), torch.tanh)
    missing = "after the {} there is no sigmoid"
    return [
        Mistake(changed(relus), "the activations are ReLU; this LeNet uses the sigmoid"),
        Mistake(changed(tanhs), "the activations are tanh; this LeNet uses the sigmoid"),
        Mistake(changed(SIGMOIDS, maximum, maximum), "the pooling is maximum pooling; this LeNet uses average pooling"),
        Mistake(changed(pooled_first=True), "the pooling comes before the sigmoid, not after it"),
        Mistake(
            changed(relus, maximum, maximum),
            "the activations are ReLU and the pooling is maximum pooling; this LeNet uses the sigmoid and averages",
        ),
        Mistake(ended(lambda y: y.softmax(1)), "the output went through softmax; there is no activation at the end"),
        Mistake(
            ended(lambda y: y.log_softmax(1)), "the output went through log-softmax; there is no activation at the end"
        ),
        Mistake(ended(torch.sigmoid), "the output went through a sigmoid; there is no activation at the end"),
        Mistake(ended(torch.relu), "the output went through ReLU; there is no activation at the end"),
        *(Mistake(changed(after([layer], nothing)), missing.format(place)) for layer, place in PLACES.items()),
        Mistake(changed(after(["conv1", "conv2"], nothing)), missing.format("convolutions")),
        Mistake(changed(after(["dense1", "dense2"], nothing)), missing.format("first two linear layers")),
        Mistake(changed(after(list(PLACES), nothing)), "there are no activations between the layers"),
        *(
            Mistake(changed(after([layer], other)), f"the activation after the {place} is {name}, not the sigmoid")
            for layer, place in PLACES.items()
            for name, other in (("ReLU", torch.relu), ("tanh", torch.tanh))
        ),
        Mistake(changed(SIGMOIDS, maximum, average), "the first pooling is maximum pooling, not average pooling"),
        Mistake(changed(SIGMOIDS, average, maximum), "the second pooling is maximum pooling, not average pooling"),
    ]
