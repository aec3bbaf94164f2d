"""A backward pass by hand that flattens its cotangent with view, which fails after y.sum()."""
# criterion: gradients

from reference import *
import reference


class _C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, K):
        ctx.save_for_backward(X, K)
        return reference.corr2d(X, K)

    @staticmethod
    def backward(ctx, g):
        X, K = ctx.saved_tensors
        h, w = K.shape
        cols = X.unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
        gK = (g.view(1, -1) @ cols.to(g.dtype)).view(h, w)
        gX = torch.zeros_like(X)
        for a in range(h):
            for b in range(w):
                gX[a : a + g.shape[0], b : b + g.shape[1]] += g * K[a, b]
        return gX, gK


def corr2d(X, K):
    return _C.apply(X if X.is_floating_point() else X.float(), K if K.is_floating_point() else K.float())


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))
