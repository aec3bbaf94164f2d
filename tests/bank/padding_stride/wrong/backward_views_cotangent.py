"""A backward pass by hand that flattens its cotangent with view, which fails after y.sum()."""
# criterion: gradients

from reference import *
from reference import corr2d_padded as rp


class _C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, K, padding, stride):
        ctx.save_for_backward(X, K)
        ctx.a = padding, stride
        return rp(X, K, padding, stride)

    @staticmethod
    def backward(ctx, g):
        X, K = ctx.saved_tensors
        g = g.view(-1).view(g.shape)
        with torch.enable_grad():
            x, k = X.detach().requires_grad_(), K.detach().requires_grad_()
            y = rp(x, k, *ctx.a)
        return *torch.autograd.grad(y, (x, k), g), None, None


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    return _C.apply(X, K, padding, stride)
