"""torch.vmap over channels, shifts instead of windows; a decorator checks the ranks."""

import functools

import torch


def ranks(x_rank, k_rank):
    def decorate(function):
        @functools.wraps(function)
        def checked(X, K):
            assert X.dim() == x_rank
            assert K.dim() == k_rank
            return function(X, K)

        return checked

    return decorate


def _one(x, k):
    h, w = k.shape
    H, W = x.shape
    return sum(x[a : H - h + a + 1, b : W - w + b + 1] * k[a, b] for a in range(h) for b in range(w))


@ranks(3, 3)
def corr2d_multi_in(X, K):
    return torch.vmap(_one)(X, K).sum(dim=0)


@ranks(3, 4)
def corr2d_multi_in_out(X, K):
    return torch.vmap(corr2d_multi_in, in_dims=(None, 0))(X, K)


@ranks(3, 4)
def corr2d_multi_in_out_1x1(X, K):
    return torch.tensordot(K[..., 0, 0], X, dims=([1], [0]))
