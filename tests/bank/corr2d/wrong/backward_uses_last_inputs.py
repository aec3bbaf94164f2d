"""An autograd.Function that keeps its inputs on the class, not in ctx: a second call before backward replaces them."""
# criterion: gradients

import torch
from reference import Conv2D, learn_kernel


class Correlation(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, K):
        Correlation.X, Correlation.K = X, K
        h, w = K.shape
        return (X.unfold(0, h, 1).unfold(1, w, 1) * K).sum((-2, -1))

    @staticmethod
    def backward(ctx, g):
        X, K = Correlation.X, Correlation.K
        (h, w), (H, W) = K.shape, g.shape
        for_x, for_k = torch.zeros_like(X), torch.zeros_like(K)
        for a in range(h):
            for b in range(w):
                for_x[a : a + H, b : b + W] += g * K[a, b]
                for_k[a, b] = (g * X[a : a + H, b : b + W]).sum()
        return for_x, for_k


def corr2d(X, K):
    return Correlation.apply(X * 1.0, K * 1.0)


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
