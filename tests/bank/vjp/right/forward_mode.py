"""Forward-mode differentiation, one entry of x at a time."""

import torch
from torch.autograd import forward_ad


def vjp(f, x, v):
    x = x.detach()
    y = f(x)
    g = torch.zeros(x.numel())
    for i, direction in enumerate(torch.eye(x.numel())):
        with forward_ad.dual_level():
            dual = f(forward_ad.make_dual(x.clone(), direction.reshape(x.shape)))
            tangent = forward_ad.unpack_dual(dual).tangent
            if tangent is not None:
                g[i] = (tangent * v).sum()
    return y, g.reshape(x.shape)
