"""torch.compile with the eager backend; a class of static methods."""

import torch
from torch import nn


class Maths:
    @staticmethod
    @torch.compile(backend="eager", dynamic=True)
    def corr(X, K):
        h, w = K.shape
        return torch.tensordot(X.unfold(0, h, 1).unfold(1, w, 1), K, 2)


def corr2d(X, K):
    X = X if torch.is_floating_point(X) else X.float()
    K = K if torch.is_floating_point(K) else K.float()
    return Maths.corr(X, K)


def conv2d(X, K):
    return corr2d(X, K[torch.arange(K.shape[0] - 1, -1, -1)][:, torch.arange(K.shape[1] - 1, -1, -1)])


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        nn.Module.__init__(self)
        self.weight, self.bias = nn.Parameter(torch.rand(kernel_size)), nn.Parameter(torch.rand(1))

    def forward(self, x):
        return corr2d(x, self.weight) + self.bias


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    layer = Conv2D(kernel_size)
    with torch.enable_grad():
        for _ in range(num_steps):
            loss = (layer.forward(X) - Y).pow(2).sum()
            gradients = torch.autograd.grad(loss, [layer.weight, layer.bias])
            with torch.no_grad():
                layer.weight.sub_(gradients[0] * lr)
                layer.bias.sub_(gradients[1] * lr)
    return [p.detach() for p in (layer.weight, layer.bias)]
