"""Large inputs are done in tiles of 32 rows that overlap by the kernel's width instead of its height: wrong for
kernels that are not square, from 33 output rows on.
"""
# criterion: values

import torch
from torch import nn


def _floating(tensor):
    return tensor if tensor.is_floating_point() else tensor.float()


TILE = 32


def corr2d(X, K):
    X, K = _floating(X), _floating(K)
    h, w = K.shape
    rows = X.shape[0] - h + 1
    if rows <= TILE:
        return (X.unfold(0, h, 1).unfold(1, w, 1) * K).sum(dim=(2, 3))
    tiles = (X[top : top + TILE + w - 1] for top in range(0, rows, TILE))
    return torch.cat([(tile.unfold(0, h, 1).unfold(1, w, 1) * K).sum(dim=(2, 3)) for tile in tiles if len(tile) >= h])


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(tuple(kernel_size)))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return corr2d(x, self.weight) + self.bias


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    for _ in range(num_steps):
        loss = ((layer(X) - Y) ** 2).sum()
        layer.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter -= lr * parameter.grad
    return layer.weight.detach(), layer.bias.detach()
