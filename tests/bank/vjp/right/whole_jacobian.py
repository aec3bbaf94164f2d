"""The Jacobian, contracted with v over all of y's axes."""

import torch


def vjp(f, x, v):
    x = x.detach()
    J = torch.autograd.functional.jacobian(f, x)
    return f(x), torch.tensordot(v, J, dims=v.dim())
