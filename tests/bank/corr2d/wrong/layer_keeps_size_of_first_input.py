"""The layer works its indices out at the first call and keeps them: a second input of another size gets the first
one's windows or raises.
"""
# criterion: values

import torch
from torch import nn


def _floating(tensor):
    return tensor if tensor.is_floating_point() else tensor.float()


def corr2d(X, K):
    X, K = _floating(X), _floating(K)
    h, w = K.shape
    windows = X.unfold(0, h, 1).unfold(1, w, 1)
    return (windows * K).sum(dim=(2, 3))


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(tuple(kernel_size)))
        self.bias = nn.Parameter(torch.zeros(1))
        self.index = None

    def forward(self, x):
        if self.index is None:
            pixels = torch.arange(x.numel(), device=x.device).reshape(x.shape)
            self.index = pixels.unfold(0, self.weight.shape[0], 1).unfold(1, self.weight.shape[1], 1)
        return (_floating(x).flatten()[self.index] * self.weight).sum(dim=(2, 3)) + self.bias


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
