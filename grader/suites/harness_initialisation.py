"""Layers of all kinds, and what a function that initialises layers makes of their weights."""

import torch
from torch import nn

LAYERS = {
    "linear": lambda **named: nn.Linear(300, 200, **named),
    "convolutional": lambda **named: nn.Conv2d(8, 24, (5, 3), **named),
}
OTHER_LAYERS = {
    "batch normalisation": lambda: nn.BatchNorm2d(64),
    "one-dimensional batch normalisation": lambda: nn.BatchNorm1d(64),
    "layer normalisation": lambda: nn.LayerNorm(64),
    "group normalisation": lambda: nn.GroupNorm(4, 64),
    "one-dimensional convolution": lambda: nn.Conv1d(8, 24, 5),
    "three-dimensional convolution": lambda: nn.Conv3d(4, 8, 3),
    "transposed convolution": lambda: nn.ConvTranspose2d(8, 24, 5),
    "bilinear": lambda: nn.Bilinear(10, 12, 5),
    "embedding": lambda: nn.Embedding(30, 20),
    "PReLU": lambda: nn.PReLU(8),
    "instance normalisation": lambda: nn.InstanceNorm2d(8, affine=True, track_running_stats=True),
    "one-dimensional transposed convolution": lambda: nn.ConvTranspose1d(8, 24, 5),
    "embedding bag": lambda: nn.EmbeddingBag(30, 20),
}


class LinearBlock(nn.Sequential):
    """A module whose layers have weights, and it has none."""


class Conv2dBlock(nn.Sequential):
    """The same."""


def initialised(init_weights, kind):
    """The weights of two layers, all of them 0.5 before, after `net.apply(init_weights)`; the first's after another."""
    layers = LAYERS[kind](), LAYERS[kind]()
    with torch.no_grad():
        for layer in layers:
            layer.weight.fill_(0.5)
    net = nn.Sequential(nn.Flatten(), nn.Sequential(layers[0], nn.Sigmoid()), layers[1])
    net.apply(init_weights)
    weights = [layer.weight.detach().clone() for layer in layers]
    net.apply(init_weights)
    return [*weights, layers[0].weight.detach()]


def initialised_without_bias(init_weights, kind):
    """The weights of a layer that has no bias, all of them 0.5 before, after `init_weights`."""
    layer = LAYERS[kind](bias=False)
    with torch.no_grad():
        layer.weight.fill_(0.5)
    init_weights(layer)
    return layer.weight.detach()


def initialised_others(init_weights):
    """The same for a net of a linear layer and of all kinds that are neither linear nor convolutional, by kind.

    After the weights come the moving statistics of those that have some, 0.5 before.
    """
    layers = {kind: make() for kind, make in {"linear": LAYERS["linear"], **OTHER_LAYERS}.items()}
    with torch.no_grad():
        for layer in layers.values():
            layer.weight.fill_(0.5)
            for value in statistics_of(layer):
                value.fill_(0.5)
    LinearBlock(Conv2dBlock(*layers.values())).apply(init_weights)
    return {kind: [layer.weight.detach(), *statistics_of(layer)] for kind, layer in layers.items()}


def statistics_of(layer):
    return [value for value in layer.buffers() if value.is_floating_point()]


def initialised_on(init_weights, kind, device):
    """The device of a layer's weights after `init_weights`."""
    layer = LAYERS[kind]().to(device)
    init_weights(layer)
    return str(layer.weight.device)
