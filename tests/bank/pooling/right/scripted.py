"""TorchScript for the windows; averages through cumulative sums in double precision."""

import torch
from torch import Tensor
from typing import Tuple


@torch.jit.script
def _maximum(X: Tensor, h: int, w: int, s: int, t: int) -> Tensor:
    return X.unfold(-2, h, s).unfold(-2, w, t).amax(dim=[-1, -2])


def _average(X, h, w, s, t):
    total = torch.nn.functional.pad(X.double().cumsum(-1).cumsum(-2), (1, 0, 1, 0))
    H, W = X.shape[-2:]
    i, j = torch.arange(0, H - h + 1, s), torch.arange(0, W - w + 1, t)
    rows = total[..., i + h, :] - total[..., i, :]
    return (rows[..., j + w] - rows[..., j]) / (h * w)


def pool2d(X, pool_size, mode="max"):
    X = X.float() if X.dtype not in (torch.float32, torch.float64) else X
    return (_maximum if mode == "max" else _average)(X, pool_size[0], pool_size[1], 1, 1)


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    h, w = torch.nn.modules.utils._pair(pool_size)
    p, q = torch.nn.modules.utils._pair(padding)
    s, t = torch.nn.modules.utils._pair(pool_size if stride is None else stride)
    if mode == "max":
        X = torch.nn.functional.pad(X, (q, q, p, p), "constant", -float("inf"))
        return _maximum(X, h, w, s, t)
    if mode == "avg":
        return _average(torch.nn.functional.pad(X, (q, q, p, p)), h, w, s, t)
    raise ValueError(mode)
