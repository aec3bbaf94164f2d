"""A backward pass by hand that flattens its cotangent with view, which fails after y.sum()."""
# criterion: gradients

from reference import *
from reference import corr2d_multi_in_out_1x1 as one


class _C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, K):
        ctx.save_for_backward(X, K)
        return one(X, K)

    @staticmethod
    def backward(ctx, g):
        X, K = ctx.saved_tensors
        G = g.view(g.shape[0], -1)
        return (K.flatten(1).T @ G).reshape(X.shape), (G @ X.flatten(1).T).reshape(K.shape)


def corr2d_multi_in_out_1x1(X, K):
    return _C.apply(X, K)
