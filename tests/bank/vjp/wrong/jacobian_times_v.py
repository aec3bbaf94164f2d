"""∂f/∂x·v instead of vᵀ·∂f/∂x wherever both fit."""
# criterion: gradients
# says: v multiplies from the other side

import torch


def vjp(f, x, v):
    x = x.detach()
    J = torch.autograd.functional.jacobian(f, x).reshape(v.numel(), x.numel())
    if J.shape[0] == J.shape[1]:
        g = J @ v.flatten()
    else:
        g = v.flatten() @ J
    return f(x), g.reshape(x.shape)
