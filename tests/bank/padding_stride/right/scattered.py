"""Products that are added up by index_add; shapes by counting, fields by accumulate."""

import torch
import itertools
import operator


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    def f(n, k, p, s):
        count, at = 0, 0
        while at + k <= n + p:
            count, at = count + 1, at + s
        return count

    return tuple(map(f, input_shape, kernel_size, padding, stride))


def same_padding(kernel_size):
    h, w = kernel_size
    return (h - 1, w - 1)


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    """As a sum over X's entries scattered to outputs (index_put with accumulation)."""
    (H, W), (h, w) = X.shape, K.shape
    top, left = padding[0] - padding[0] // 2, padding[1] - padding[1] // 2
    oh, ow = conv_output_shape(X.shape, K.shape, padding, stride)
    i, j, a, b = (t.reshape(-1) for t in torch.meshgrid(*(torch.arange(n) for n in (oh, ow, h, w)), indexing="ij"))
    y, x = i * stride[0] + a - top, j * stride[1] + b - left
    inside = (y >= 0) & (y < H) & (x >= 0) & (x < W)
    i, j, a, b, y, x = (t[inside] for t in (i, j, a, b, y, x))
    out = torch.zeros(oh * ow, dtype=X.dtype)
    return out.index_add(0, i * ow + j, X[y, x] * K[a, b]).reshape(oh, ow)


def receptive_field(layers):
    steps = itertools.accumulate((s for _, s in layers), operator.mul, initial=1)
    return 1 + sum((k - 1) * step for (k, _), step in zip(layers, steps))
