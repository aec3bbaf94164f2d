"""What the parts of the cross-correlation suite draw."""

from __future__ import annotations

import torch


def draw(rng: torch.Generator, *sizes: tuple[int, ...], dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    return [torch.randn(size, generator=rng, dtype=dtype) for size in sizes]


def orthogonal_problem(rng: torch.Generator, kernel_size: tuple[int, int]) -> tuple[torch.Tensor, ...]:
    """Input, target, weight, bias and lr for which one right gradient step from anywhere lands on weight and bias.

    The windows of the input and the bias' ones are orthogonal columns of equal length n^(1/2), so that the summed
    squared error has the gradient 2n (p - p*), and lr = 1/(2n) goes all the way.
    """
    width, n = max(kernel_size), 6
    columns = torch.cat([torch.ones(n, 1), torch.randn(n, width, generator=rng)], 1).double()
    basis = torch.linalg.qr(columns).Q * n**0.5
    inputs = basis[:, 1:] * basis[0, 0].sign()
    weight, bias = torch.randn(width, generator=rng).double(), torch.randn(1, generator=rng).double()
    target = inputs @ weight + bias
    X, Y = inputs.float(), target.float().reshape(n, 1)
    if kernel_size[0] == 1:
        return X, Y, weight.float().reshape(kernel_size), bias.float(), 1 / (2 * n)
    return X.T.contiguous(), Y.T.contiguous(), weight.float().reshape(kernel_size), bias.float(), 1 / (2 * n)
