"""A backward pass by hand that flips the kernel where it is: in the tensor of the caller."""
# criterion: implementation

from reference import *
import reference
import numpy as np


class _C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, K):
        ctx.X, ctx.K = X.detach(), K.detach()
        return reference.corr2d(X, K)

    @staticmethod
    def backward(ctx, g):
        X, K = ctx.X, ctx.K
        h, w = K.shape
        gK = torch.einsum("ij,ijab->ab", g, X.unfold(0, h, 1).unfold(1, w, 1).to(g.dtype))
        K.copy_(K.flip(0, 1))
        P = torch.nn.functional.pad(g, (w - 1, w - 1, h - 1, h - 1))
        return reference.corr2d(P, K), gK


def corr2d(X, K):
    return _C.apply(X if X.is_floating_point() else X.float(), K if K.is_floating_point() else K.float())


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
