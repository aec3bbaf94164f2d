"""backward of the weighted sum, on a clone; returns a list."""

import torch


def vjp(f, x, v):
    x = torch.tensor(x.tolist(), dtype=x.dtype, requires_grad=True)
    y = f(x)
    loss = torch.sum(y * v)
    loss.backward()
    return [y.data, x.grad]
