"""F.unfold and F.linear, batched; forward references; a decorator that keeps signatures; a test at the end."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

if TYPE_CHECKING:
    from somewhere import Something


def logged(function):
    @functools.wraps(function)
    def wrapper(*args: Something, **kwargs: Something) -> Something:
        print(function.__name__, [tuple(a.shape) for a in args])
        return function(*args, **kwargs)

    return wrapper


@logged
def corr2d_multi_in(X, K):
    return corr2d_multi_in_out(X, K.unsqueeze(0)).squeeze(0)


@logged
def corr2d_multi_in_out(X, K):
    columns = F.unfold(X[None], K.shape[-2:]).mT
    flat = F.linear(columns, K.flatten(1))[0].T
    return flat.unflatten(1, (X.shape[1] - K.shape[2] + 1, -1))


@logged
def corr2d_multi_in_out_1x1(X, K):
    return F.linear(X.movedim(0, -1), K[:, :, 0, 0]).movedim(-1, 0)


if __name__ == "__main__":
    X, K = torch.rand(3, 4, 5), torch.rand(2, 3, 1, 1)
    assert torch.allclose(corr2d_multi_in_out(X, K), corr2d_multi_in_out_1x1(X, K))
