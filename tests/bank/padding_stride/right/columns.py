"""F.unfold with stride, in double precision; lists and torch.Size as pairs; the receptive field by brute force."""

import torch
import torch.nn.functional as F


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    counts = []
    for n, k, p, s in zip(input_shape, kernel_size, padding, stride):
        counts.append(len(range(0, n + p - k + 1, s)))
    return torch.Size(counts)


def same_padding(kernel_size):
    return [k - 1 for k in kernel_size]


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    sides = []
    for p in reversed(padding):
        sides += [-(-p // 2), p // 2]
    P = F.pad(X.double(), sides)
    columns = F.unfold(P[None, None], tuple(K.shape), stride=stride)[0]
    flat = K.double().reshape(1, -1) @ columns
    return flat.reshape(conv_output_shape(X.shape, K.shape, padding, stride))


def receptive_field(layers):
    first = last = 0
    for kernel, stride in layers[::-1]:
        first, last = first * stride, last * stride + kernel - 1
    return last - first + 1
