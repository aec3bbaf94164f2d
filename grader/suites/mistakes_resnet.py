"""What ResNet-18 computes with another layer at its beginning or end in place of its own."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

Function = Callable[[torch.Tensor], torch.Tensor]


def stem_pool(y: torch.Tensor) -> torch.Tensor:
    return F.max_pool2d(y, 3, 2, 1)


def average(y: torch.Tensor) -> torch.Tensor:
    return y.mean((2, 3))


def variant(
    net: nn.Sequential,
    X: torch.Tensor,
    *,
    stride: int = 2,
    padding: int = 3,
    activation: Function = torch.relu,
    pool: Function = stem_pool,
    end: Function = average,
) -> torch.Tensor:
    """The reference's ResNet-18 in evaluation mode, with other layers."""
    (convolution, norm, *_), *stages = net.eval()[:5]
    with torch.no_grad():
        y = F.conv2d(X, convolution.weight, convolution.bias, stride, padding)
        y = pool(activation(norm(y)))
        for stage in stages:
            y = stage(y)
        return net[-1](end(y))


def network_mistakes(net: nn.Sequential, X: torch.Tensor) -> dict[str, Callable[[], torch.Tensor]]:
    """By the sentence that names it, what the network computes with a layer wrong or missing."""

    def changed(**layers) -> Callable[[], torch.Tensor]:
        return lambda: variant(net, X, **layers)

    return {
        "the max pooling at the beginning has no padding; it should have padding 1": changed(
            pool=lambda y: F.max_pool2d(y, 3, 2)
        ),
        "the max pooling at the beginning has a window of 2×2; it should be 3×3, stride 2, padding 1": changed(
            pool=lambda y: F.max_pool2d(y, 2, 2)
        ),
        "there is no max pooling after the first convolution": changed(pool=lambda y: y),
        "the pooling at the beginning is average pooling; it should be max pooling": changed(
            pool=lambda y: F.avg_pool2d(y, 3, 2, 1)
        ),
        "there is no ReLU after the first normalisation": changed(activation=lambda y: y),
        "the first convolution has no stride; it should have stride 2": changed(stride=1),
        **{
            f"the first convolution has padding {padding}; it should have padding 3": changed(padding=padding)
            for padding in range(3)
        },
        "the global pooling takes the maximum; it should be the average": changed(end=lambda y: y.amax((2, 3))),
        "the global pooling adds up; it should be the average": changed(end=lambda y: y.sum((2, 3))),
    }
