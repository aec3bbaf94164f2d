"""A thread pool for the rows; parameters by setattr, in a base class that only adds the bias; hooks."""

import torch
from torch import nn
from concurrent.futures import ThreadPoolExecutor


def corr2d(X, K):
    X, K = (t if t.is_floating_point() else t.float() for t in (X, K))
    h, w = K.shape
    mode = torch.is_grad_enabled()

    def row(i):
        with torch.set_grad_enabled(mode):
            band = X[i : i + h]
            return torch.stack([(band[:, j : j + w] * K).sum() for j in range(X.shape[1] - w + 1)])

    with ThreadPoolExecutor(2) as pool:
        return torch.stack(list(pool.map(row, range(X.shape[0] - h + 1))))


def conv2d(X, K):
    return corr2d(X, K.flip(dims=(-2, -1)))


class _Base(nn.Module):
    def forward(self, x):
        return self.correlate(x) + self.bias


class Conv2D(_Base):
    weight: nn.Parameter
    bias: nn.Parameter

    def __init__(self, kernel_size):
        super().__init__()
        for name, shape in {"weight": kernel_size, "bias": (1,)}.items():
            setattr(self, name, nn.Parameter(torch.normal(0.0, 0.3, shape)))

    def correlate(self, x):
        return corr2d(x, self.weight)


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size).train()
    for parameter in layer.parameters():
        parameter.register_hook(lambda g: g * 1)
    for _ in range(num_steps):
        error = layer(X) - Y
        loss = torch.vdot(error.flatten(), error.flatten())
        loss.backward()
        for p in layer.parameters():
            p.data.add_(p.grad, alpha=-lr)
            p.grad = None
    return tuple(p.detach() for p in (layer.weight, layer.bias))
