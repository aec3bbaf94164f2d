"""numpy inside a torch.autograd.Function with a backward of its own; a callable object as pool2d."""

import numpy as np
import torch


class _Pool(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, size, mode, pad, step):
        x = X.detach().numpy().astype(np.float64)
        edges = ((0, 0), (0, 0), (pad[0], pad[0]), (pad[1], pad[1]))
        padded = np.pad(x, edges, constant_values=-np.inf if mode == "max" else 0.0)
        windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=(2, 3))[:, :, :: step[0], :: step[1]]
        ctx.best = windows.reshape(*windows.shape[:4], -1).argmax(-1)
        ctx.settings = padded.shape, X.shape, size, mode, pad, step
        y = windows.max((-1, -2)) if mode == "max" else windows.mean((-1, -2))
        return torch.as_tensor(y, dtype=X.dtype)

    @staticmethod
    def backward(ctx, grad):
        shape, (_, _, H, W), (h, w), mode, pad, step = ctx.settings
        dx = np.zeros(shape)
        for n, c, i, j in np.ndindex(*grad.shape):
            top, left = i * step[0], j * step[1]
            if mode == "max":
                a, b = divmod(ctx.best[n, c, i, j], w)
                dx[n, c, top + a, left + b] += grad[n, c, i, j].item()
            else:
                dx[n, c, top : top + h, left : left + w] += grad[n, c, i, j].item() / (h * w)
        inner = dx[:, :, pad[0] : pad[0] + H, pad[1] : pad[1] + W]
        return torch.as_tensor(inner, dtype=grad.dtype), None, None, None, None


class Pool2d:
    def __call__(self, X, pool_size, mode="max"):
        return _Pool.apply(X.float()[None, None], pool_size, mode, (0, 0), (1, 1))[0, 0]


def two(value):
    return (value, value) if isinstance(value, int) else tuple(value)


pool2d = Pool2d()


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    step = two(pool_size if stride is None else stride)
    return _Pool.apply(X, two(pool_size), mode, two(padding), step)
