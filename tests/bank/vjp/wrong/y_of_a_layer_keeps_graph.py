"""y is computed apart, from a detached x, and so hangs on the graph of whatever weights f has."""
# criterion: implementation

import torch


def vjp(f, x, v):
    x = x.detach()
    _, pullback = torch.func.vjp(f, x)
    (g,) = pullback(v)
    return f(x), g.detach()
