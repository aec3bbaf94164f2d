"""Forward and backward by hand in torch.autograd.Function; pads with the smallest float, which no entry is below."""

import torch
import torch.nn.functional as F


class _Pool(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, size, stride, pad, mode):
        lowest = torch.finfo(X.dtype).min if mode == "max" else 0
        P = F.pad(X, (pad[1], pad[1], pad[0], pad[0]), value=lowest)
        windows = P.unfold(2, size[0], stride[0]).unfold(3, size[1], stride[1]).flatten(4)
        ctx.shapes, ctx.size, ctx.stride, ctx.pad, ctx.mode = (X.shape, P.shape), size, stride, pad, mode
        if mode == "avg":
            return windows.mean(-1)
        values, index = windows.max(-1)
        ctx.save_for_backward(index)
        return values

    @staticmethod
    def backward(ctx, grad):
        shape, padded = ctx.shapes
        dP = grad.new_zeros(padded)
        (kh, kw), (sh, sw), (ph, pw) = ctx.size, ctx.stride, ctx.pad
        oh, ow = grad.shape[2:]
        for a in range(kh):
            for b in range(kw):
                part = dP[:, :, a : a + sh * (oh - 1) + 1 : sh, b : b + sw * (ow - 1) + 1 : sw]
                if ctx.mode == "avg":
                    part += grad / (kh * kw)
                else:
                    part += grad * (ctx.saved_tensors[0] == a * kw + b)
        return dP[:, :, ph : ph + shape[2], pw : pw + shape[3]], None, None, None, None


def pool2d(X, pool_size, mode="max"):
    return _Pool.apply(X.type(torch.get_default_dtype())[None, None], pool_size, (1, 1), (0, 0), mode)[0, 0]


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    def pair(v):
        return (v, v) if isinstance(v, int) else v

    return _Pool.apply(X, pair(pool_size), pair(stride or pool_size), pair(padding), mode)
