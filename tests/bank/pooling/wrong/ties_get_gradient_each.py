"""Every entry that equals the maximum gets the whole gradient, in pool2d."""
# criterion: gradients
# says: more or less gradient in all than one maximum

import reference
import torch
from reference import pool2d_multi_channel


class Maximum(torch.autograd.Function):
    @staticmethod
    def forward(ctx, windows):
        top = windows.amax(-1)
        ctx.save_for_backward(windows == top[..., None])
        return top

    @staticmethod
    def backward(ctx, g):
        (mask,) = ctx.saved_tensors
        return mask * g[..., None]


def pool2d(X, pool_size, mode="max"):
    if mode == "avg":
        return reference.pool2d(X, pool_size, mode)
    if not X.is_floating_point():
        X = X.float()
    h, w = pool_size
    return Maximum.apply(X.unfold(0, h, 1).unfold(1, w, 1).flatten(-2))
