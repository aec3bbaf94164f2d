"""An autograd.Function whose gradient for X forgets to flip the kernel."""
# criterion: gradients

import torch
import torch.nn.functional as F
from reference import Conv2D, conv2d, learn_kernel
from reference import corr2d as right


class Correlate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, K):
        ctx.save_for_backward(X, K)
        return right(X, K)

    @staticmethod
    def backward(ctx, grad):
        X, K = ctx.saved_tensors
        h, w = K.shape
        return right(F.pad(grad, (w - 1, w - 1, h - 1, h - 1)), K), right(X, grad)


def corr2d(X, K):
    return Correlate.apply(X, K)
