"""Every entry that equals the maximum gets the whole gradient, where there is no padding."""
# criterion: gradients

from reference import *
from reference import pool2d_multi_channel as p


class _M(torch.autograd.Function):
    @staticmethod
    def forward(ctx, win):
        m = win.max(-1, keepdim=True).values
        ctx.save_for_backward(win == m)
        return m[..., 0]

    @staticmethod
    def backward(ctx, g):
        (mask,) = ctx.saved_tensors
        return g[..., None] * mask


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    pair = lambda v: (v, v) if isinstance(v, int) else tuple(v)
    if mode == "max" and pair(padding) == (0, 0):
        k = pair(pool_size)
        s = k if stride is None else pair(stride)
        return _M.apply(X.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).flatten(-2))
    return p(X, pool_size, mode, padding, stride)
