"""The apply of an autograd.Function with setup_context; vmap over the other."""

import torch


class _Mix(torch.autograd.Function):
    @staticmethod
    def forward(X, K):
        return torch.einsum("chw,oc->ohw", X, K[:, :, 0, 0])

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, g):
        X, K = ctx.saved_tensors
        return torch.einsum("ohw,oc->chw", g, K[:, :, 0, 0]), torch.einsum("ohw,chw->oc", g, X)[..., None, None]


corr2d_multi_in_out_1x1 = _Mix.apply


def corr2d_multi_in(X, K):
    c, h, w = K.shape
    total = None
    for a in range(h):
        for b in range(w):
            part = torch.einsum("chw,c->hw", X[:, a : X.shape[1] - h + 1 + a, b : X.shape[2] - w + 1 + b], K[:, a, b])
            total = part if total is None else total + part
    return total


corr2d_multi_in_out = torch.func.vmap(corr2d_multi_in, in_dims=(None, 0)) if hasattr(torch, "func") else None
