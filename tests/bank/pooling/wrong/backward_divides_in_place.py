"""A backward pass by hand that divides its cotangent in place, which fails after y.sum()."""
# criterion: implementation

from reference import *
from reference import pool2d as p2


class _M(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, h, w):
        ctx.s = X.shape, h, w
        return X.unfold(0, h, 1).unfold(1, w, 1).mean((-2, -1))

    @staticmethod
    def backward(ctx, g):
        shape, h, w = ctx.s
        g /= h * w
        cols = g.reshape(1, 1, -1).expand(1, h * w, -1)
        return F.fold(cols, shape, (h, w))[0, 0], None, None


def pool2d(X, pool_size, mode="max"):
    if mode == "avg":
        return _M.apply(X if X.is_floating_point() else X.float(), *pool_size)
    return p2(X, pool_size, mode)
