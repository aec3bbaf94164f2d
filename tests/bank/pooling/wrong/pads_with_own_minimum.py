"""Pads with the smallest entry of X: right values, but where the two are equal the padding takes the gradient."""
# criterion: gradients

import torch
import torch.nn.functional as F
from reference import pool2d
from reference import pool2d_multi_channel as right


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if mode == "avg":
        return right(X, pool_size, mode, padding, stride)
    size, pad = ((v, v) if isinstance(v, int) else v for v in (pool_size, padding))
    step = size if stride is None else ((stride, stride) if isinstance(stride, int) else stride)
    P = F.pad(X, (pad[1], pad[1], pad[0], pad[0]), value=X.min().item())
    return torch.amax(P.unfold(2, size[0], step[0]).unfold(3, size[1], step[1]), (-2, -1))
