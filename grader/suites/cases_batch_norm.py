"""What the parts of the batch normalisation suite draw, the formula, and the network's parameters."""

from __future__ import annotations

import pytest
import torch

from grader.testing import assert_module, check

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
        # Not so far from zero that the mean of the squares less the squared mean loses digits.
        mean = scale * (2 * torch.randn(shape, generator=rng)).clamp(-3, 3)
        self.X = scale * torch.randn(size, generator=rng) + mean
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


def layer_for(student, size: tuple[int, ...]):
    return assert_module(student.BatchNorm(size[1], len(size)), "BatchNorm(num_features, num_dims)")


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


def draw_layer(student, reference, rng: torch.Generator, size: tuple[int, ...]):
    """The student's layer with drawn parameters, and the reference's with the same."""
    layer = layer_for(student, size)
    shape = (1, size[1], *[1] * (len(size) - 2))
    drawn = {name: torch.randn(shape, generator=rng) for name in ("gamma", "beta")}
    shapes = layer.parameter_shapes()
    for name in drawn:
        check(name in shapes, f"BatchNorm has no parameter `{name}`")
        theirs = tuple(shapes[name])
        kind = f"BatchNorm's {name} for {len(size)}-D inputs"
        check(theirs == shape, f"{kind} should have shape {shape}; it has {theirs}")
    layer.set_parameters(drawn)
    return layer, reference_layer(reference, size, drawn)


def run(layer, mode: str, X: torch.Tensor) -> torch.Tensor:
    """One call in training mode with gradients, or in evaluation mode without."""
    getattr(layer, mode)()
    with torch.set_grad_enabled(mode == "train"):
        return layer(X)


def draw_images(rng: torch.Generator, batch: int) -> torch.Tensor:
    return torch.rand(batch, 1, 28, 28, generator=rng) + 0.5 * torch.randn(batch, 1, 1, 1, generator=rng)
