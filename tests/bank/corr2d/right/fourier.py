"""By Fourier transforms in double precision; double-precision parameters; an optimizer with a closure."""

import torch
from torch import nn


def corr2d(X, K):
    X, K = X.double(), K.double()
    (H, W), (h, w) = X.shape, K.shape
    product = torch.fft.rfft2(X) * torch.fft.rfft2(K, s=(H, W)).conj()
    return torch.fft.irfft2(product, s=(H, W))[: H - h + 1, : W - w + 1]


def conv2d(X, K):
    return corr2d(X, K.flip([-1, -2]))


class Conv2D(nn.Module):
    def __init__(self, kernel_size, **options):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(*kernel_size, dtype=torch.float64))
        self.bias = nn.Parameter(torch.randn(1, dtype=torch.float64))

    def forward(self, x):
        return corr2d(x, self.weight) + self.bias


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    optimizer = torch.optim.SGD([{"params": layer.weight}, {"params": layer.bias}], lr=lr)

    def closure():
        optimizer.zero_grad()
        loss = torch.sum((layer(X) - Y) ** 2)
        loss.backward()
        return loss

    for _ in range(num_steps):
        optimizer.step(closure)
    return layer.weight.detach(), layer.bias.detach()
