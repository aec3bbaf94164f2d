"""nn.Unfold and F.linear; the layer inherits from a base class with type variables; own random generator."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

T = TypeVar("T")
rng = np.random.default_rng()


class Base(nn.Module, Generic[T]):
    def extra_repr(self) -> str:
        return "mine"


def corr2d(X, K):
    kind = torch.result_type(X.new_zeros((), dtype=X.dtype) * 1.0, K.new_zeros((), dtype=K.dtype) * 1.0)
    X, K = X.to(kind), K.to(kind)
    columns = nn.Unfold(K.shape)(X[None, None])[0].T
    return F.linear(columns, K.reshape(1, -1)).view(X.size(0) - K.size(0) + 1, -1)


def conv2d(X, K):
    index = np.arange(K.numel())[::-1].copy()
    return corr2d(X, K.reshape(-1)[torch.from_numpy(index)].reshape(K.shape))


class Conv2D(Base[torch.Tensor]):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.from_numpy(rng.standard_normal(tuple(kernel_size))).float())
        self.bias = nn.Parameter(torch.from_numpy(rng.standard_normal(1)).float())

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        return corr2d(x, self.weight) + self.bias.expand(1, 1)


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    loss_of = nn.MSELoss(reduction="none")
    optimizer = torch.optim.SGD([{"params": [layer.bias]}, {"params": [layer.weight]}], lr=lr)
    for epoch in range(num_steps):
        loss = loss_of(layer(X), Y)
        optimizer.zero_grad()
        loss.backward(torch.ones_like(loss))
        optimizer.step()
        print(f"epoch {epoch + 1}, loss {loss.sum():.3f}")
    return layer.weight.data.clone(), layer.bias.data.clone()
