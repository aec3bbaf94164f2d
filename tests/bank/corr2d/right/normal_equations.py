"""Gradient descent written with the matrices of the normal equations, AᵀA and AᵀY, computed once; weight and bias in
one vector.
"""

import math

import torch
from torch import nn


def _windows(X, kernel_size):
    h, w = kernel_size
    rows, columns = X.shape[0] - h + 1, X.shape[1] - w + 1
    return torch.stack([X[a : a + rows, b : b + columns] for a in range(h) for b in range(w)], dim=-1)


def corr2d(X, K):
    X = X + torch.zeros((), dtype=torch.get_default_dtype(), device=X.device)  # integers become floating point
    K = K + torch.zeros((), dtype=torch.get_default_dtype(), device=K.device)
    return torch.mul(_windows(X, K.shape), K.reshape(-1)).sum(dim=-1)


def conv2d(X, K):
    return corr2d(X, K.reshape(-1).flip(0).reshape(K.shape))


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.kernel_size = tuple(kernel_size)
        bound = 1 / math.sqrt(math.prod(self.kernel_size))
        self.weight = nn.Parameter(torch.rand(self.kernel_size) * 2 * bound - bound)
        self.bias = nn.Parameter(torch.rand(1) * 2 * bound - bound)

    def forward(self, x):
        return corr2d(x, self.weight) + self.bias


@torch.no_grad()
def learn_kernel(X, Y, kernel_size, num_steps, lr):
    start = Conv2D(kernel_size)
    columns = _windows(X.double(), kernel_size).flatten(0, 1)
    A = torch.cat([columns, torch.ones_like(columns[:, :1])], dim=1)
    gram, moment = A.T @ A, A.T @ Y.double().reshape(-1)
    theta = torch.cat([start.weight.flatten(), start.bias]).to(A)
    for _ in range(num_steps):
        theta = theta - lr * 2 * (gram @ theta - moment)
    theta = theta.to(start.weight)
    return theta[:-1].reshape(kernel_size).clone(), theta[-1:].clone()
