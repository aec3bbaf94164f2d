"""Averages by F.conv2d with a kernel of equal weights, which is no pooling; maxima by one of nn.Unfold."""

import torch
import torch.nn.functional as F


def _pair(value):
    return tuple(value) if hasattr(value, "__iter__") else (value,) * 2


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    size, padding = _pair(pool_size), _pair(padding)
    stride = _pair(stride) if stride is not None else size
    N, C, H, W = X.shape
    X = X.reshape(N * C, 1, H, W)
    if mode == "avg":
        weight = torch.full((1, 1, *size), 1 / (size[0] * size[1]), dtype=X.dtype)
        Y = F.conv2d(X, weight, stride=stride, padding=padding)
        return Y.view(N, C, *Y.shape[2:])
    X = torch.nn.ConstantPad2d((padding[1], padding[1], padding[0], padding[0]), float("-inf"))(X)
    Y = torch.nn.Unfold(size, stride=stride)(X).topk(1, dim=1)[0]
    return Y.reshape(N, C, (X.shape[2] - size[0]) // stride[0] + 1, -1)


def pool2d(X, pool_size, mode="max"):
    X = X[None, None] if X.is_floating_point() else X[None, None].double()
    return pool2d_multi_channel(X, pool_size, mode, stride=1).squeeze((0, 1))
