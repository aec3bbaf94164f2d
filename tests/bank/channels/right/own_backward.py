"""Forward and backward by hand."""

import torch


class _Correlation(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, K):
        ctx.save_for_backward(X, K)
        h, w = K.shape[2:]
        return torch.einsum("cijab,ocab->oij", X.unfold(1, h, 1).unfold(2, w, 1), K)

    @staticmethod
    def backward(ctx, grad):
        X, K = ctx.saved_tensors
        h, w = K.shape[2:]
        dK = torch.einsum("cijab,oij->ocab", X.unfold(1, h, 1).unfold(2, w, 1), grad)
        dX = torch.zeros_like(X)
        for a in range(h):
            for b in range(w):
                part = torch.einsum("oij,oc->cij", grad, K[:, :, a, b])
                dX[:, a : a + grad.shape[1], b : b + grad.shape[2]] += part
        return dX, dK


corr2d_multi_in_out = _Correlation.apply
corr2d_multi_in_out_1x1 = _Correlation.apply


def corr2d_multi_in(X, K):
    return _Correlation.apply(X, K[None]).squeeze(0)
