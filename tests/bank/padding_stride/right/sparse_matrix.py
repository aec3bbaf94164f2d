"""As a matrix product from the left and the right: padding, stride and shifts are 0/1 matrices."""

from dataclasses import dataclass
from functools import reduce

import torch


@dataclass
class Axis:
    n: int
    k: int
    p: int
    s: int

    @property
    def out(self):
        return (self.n - self.k + self.p) // self.s + 1

    def pick(self, shift):
        """(out, n): which entry each output sees under the kernel's entry `shift`."""
        M = torch.zeros(self.out, self.n)
        for o in range(self.out):
            i = o * self.s + shift - (self.p - self.p // 2)
            if i in range(self.n):
                M[o, i] = 1
        return M


def axes(*settings):
    return [Axis(*numbers) for numbers in zip(*settings)]


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    h, w = axes(input_shape, kernel_size, padding, stride)
    return h.out, w.out


def same_padding(kernel_size):
    return kernel_size[0] - 1, kernel_size[1] - 1


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    rows, columns = axes(X.shape, K.shape, padding, stride)
    X = X.to(torch.float32)
    parts = []
    for a in range(rows.k):
        for b in range(columns.k):
            parts.append(rows.pick(a) @ X @ columns.pick(b).T * K[a, b])
    return torch.stack(parts).sum(0)


def receptive_field(layers):
    return reduce(lambda acc, layer: (acc[0] + (layer[0] - 1) * acc[1], acc[1] * layer[1]), layers, (1, 1))[0]
