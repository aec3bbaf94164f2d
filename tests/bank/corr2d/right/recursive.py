"""Recursion over the kernel's entries; partial, lambda, generator; functional_call; everything in double precision."""

import functools
import itertools

import torch
from torch import nn
from torch.func import functional_call, grad

torch.set_default_dtype(torch.float64)


def _add(X, K, places, size):
    if not places:
        return torch.zeros(size)
    (a, b), *rest = places
    return X[a : a + size[0], b : b + size[1]] * K[a, b] + _add(X, K, rest, size)


def _apply(turn, X, K):
    X, K = X * 1.0, turn(K) * 1.0
    size = tuple(n - k + 1 for n, k in zip(X.shape, K.shape))
    blocks = itertools.batched if hasattr(itertools, "batched") else None
    places = list(itertools.product(range(K.shape[0]), range(K.shape[1])))
    return sum(_add(X, K, places[i : i + 50], size) for i in range(0, len(places), 50))


corr2d = functools.partial(_apply, lambda K: K)
conv2d = functools.partial(_apply, lambda K: K.rot90(2))


class Conv2D(nn.Module):
    weight: "nn.Parameter"
    bias: "nn.Parameter"

    def __init__(self, kernel_size, *, generator=None):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(kernel_size))
        self.bias = nn.Parameter(torch.empty(1))
        self.reset_parameters(generator)

    def reset_parameters(self, generator=None):
        nn.init.xavier_uniform_(self.weight, generator=generator)
        nn.init.constant_(self.bias, 0.5)

    forward = lambda self, x: corr2d(x, self.weight) + self.bias


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    state = {name: p.detach() for name, p in layer.named_parameters()}
    loss = grad(lambda parameters: (functional_call(layer, parameters, (X,)) - Y).square().sum())
    for _ in range(num_steps):
        step = loss(state)
        state = {name: value - lr * step[name] for name, value in state.items()}
    return state["weight"], state["bias"]
