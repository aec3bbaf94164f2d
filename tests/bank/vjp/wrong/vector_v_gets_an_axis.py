"""A v of one axis gets a second one in place, for the matrix product: the caller's v has another shape, a second call
fails.
"""
# criterion: implementation

import torch


def vjp(f, x, v):
    inner = x.detach().clone()
    y = f(inner)
    jacobian = torch.autograd.functional.jacobian(f, inner).reshape(y.numel(), inner.numel())
    row = v.unsqueeze_(0) if v.dim() == 1 else v.reshape(1, -1)
    return y.detach(), (row.to(jacobian.dtype) @ jacobian).reshape(x.shape)
