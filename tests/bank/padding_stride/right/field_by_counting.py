"""The receptive field counts the input pixels that the output's gradient reaches."""

import torch

from reference import *


def receptive_field(layers):
    size = 1
    for kernel, stride in reversed(layers):
        size = (size - 1) * stride + kernel
    pixels = torch.ones(size, dtype=torch.float64, requires_grad=True)
    values = pixels
    for kernel, stride in layers:
        values = values.unfold(0, kernel, stride).mean(1)
    (gradient,) = torch.autograd.grad(values.sum(), pixels)
    return int((gradient > 0).sum())
