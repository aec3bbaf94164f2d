"""TorchScript for the matrix; transposed at the end, so that its memory is column by column."""

import torch
from torch import Tensor
from typing import List


@torch.jit.script
def _fill(K: Tensor, H: int, W: int) -> Tensor:
    h, w = K.shape[0], K.shape[1]
    columns: List[Tensor] = []
    for r in range(H):
        for c in range(W):
            image = torch.zeros([H - h + 1, W - w + 1], dtype=K.dtype)
            for a in range(h):
                for b in range(w):
                    if 0 <= r - a and r - a < H - h + 1 and 0 <= c - b and c - b < W - w + 1:
                        image[r - a, c - b] = K[a, b]
            columns.append(image.flatten())
    return torch.stack(columns)


def conv_matrix(K, input_shape):
    return _fill(K, *input_shape).t()


def dense_param_count(in_shape, out_shape, bias=True):
    total = outputs = 1
    for n in out_shape:
        outputs *= n
    for n in (*in_shape, outputs):
        total *= n
    return total + outputs if bias else total


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    with torch.device("meta"):
        layer = torch.nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias)
    return sum(p.numel() for p in layer.parameters())
