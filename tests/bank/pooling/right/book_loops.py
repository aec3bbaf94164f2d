"""The book's loops, on floating-point copies, every image and channel by itself."""

import torch
import torch.nn.functional as F


def pool2d(X, pool_size, mode="max"):
    X = X.to(torch.float32) if not X.dtype.is_floating_point else X
    p_h, p_w = pool_size
    Y = torch.zeros((X.shape[0] - p_h + 1, X.shape[1] - p_w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            if mode == "max":
                Y[i, j] = X[i : i + p_h, j : j + p_w].max()
            elif mode == "avg":
                Y[i, j] = X[i : i + p_h, j : j + p_w].mean()
    return Y


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    if type(pool_size) == int:
        pool_size = (pool_size, pool_size)
    if stride is None:
        stride = pool_size
    if type(stride) == int:
        stride = (stride, stride)
    if type(padding) == int:
        padding = (padding, padding)
    images = []
    for image in X:
        channels = []
        for channel in image:
            fill = -float("inf") if mode == "max" else 0
            channel = F.pad(channel, [padding[1], padding[1], padding[0], padding[0]], value=fill)
            channels.append(pool2d(channel, pool_size, mode)[:: stride[0], :: stride[1]])
        images.append(torch.stack(channels))
    return torch.stack(images)
