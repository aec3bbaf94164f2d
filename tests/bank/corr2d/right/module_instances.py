"""Instances of a module as functions; index arithmetic; torch.func.grad and functional_call."""

import torch
from torch import nn


class _Correlation(nn.Module):
    def __init__(self, flip=False):
        super().__init__()
        self.flip = flip

    def forward(self, X, K):
        dt = torch.promote_types(torch.promote_types(X.dtype, K.dtype), torch.float32)
        X, K = X.to(dt), K.to(dt)
        if self.flip:
            K = torch.flipud(torch.fliplr(K))
        (H, W), (h, w) = X.shape, K.shape
        i = torch.arange(H - h + 1)[:, None, None, None] + torch.arange(h)[None, None, :, None]
        j = torch.arange(W - w + 1)[None, :, None, None] + torch.arange(w)[None, None, None, :]
        return torch.tensordot(X[i, j], K, 2)


corr2d, conv2d = _Correlation(), _Correlation(flip=True)


class Conv2D(nn.Module):
    __constants__ = ["kernel_size"]

    def __init__(self, kernel_size):
        super().__init__()
        self.kernel_size = kernel_size
        self.weight = nn.Parameter(torch.randn(kernel_size) * 0.1)
        self.bias = nn.Parameter(torch.randn(1))
        self.corr = corr2d

    def forward(self, x):
        return self.corr(x, self.weight) + self.bias

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}"


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    params = dict(layer.named_parameters())

    def loss(params):
        return (torch.func.functional_call(layer, params, (X,)) - Y).square().sum()

    for _ in range(num_steps):
        grads = torch.func.grad(loss)(params)
        params = {n: (p - lr * grads[n]) for n, p in params.items()}
    return params["weight"].detach(), params["bias"].detach()
