"""Ten small checks of a two-function assignment, the same in every autograder that is compared."""

from collections.abc import Callable
from typing import Any

import torch

SOLUTION = """\
import torch


def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y


def pool2d(X, size):
    h, w = size
    windows = X.unfold(0, h, 1).unfold(1, w, 1)
    return windows.amax((-1, -2))
"""
SIZES = [((5, 6), (2, 3)), ((4, 4), (1, 1)), ((6, 3), (3, 3)), ((3, 8), (2, 1)), ((7, 7), (4, 2))]


def _correlated(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.conv2d(X[None, None], K[None, None])[0, 0]


def _pooled(X: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    return torch.nn.functional.max_pool2d(X[None, None], size, stride=1)[0, 0]


def check(number: int, corr2d: Callable[..., Any], pool2d: Callable[..., Any]) -> None:
    """The check of this number, 0 to 9; raises `AssertionError`."""
    x_size, k_size = SIZES[number // 2]
    X, K = torch.randn(x_size), torch.randn(k_size)
    if number % 2:
        torch.testing.assert_close(pool2d(X, k_size), _pooled(X, k_size))
    else:
        torch.testing.assert_close(corr2d(X, K), _correlated(X, K))
