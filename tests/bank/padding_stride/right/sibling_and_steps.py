"""The sibling corr2d on a padded copy, then every s-th row and column: the result is a view with strides."""

import torch
from corr2d import corr2d


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    meta = torch.empty(input_shape[0] + padding[0], input_shape[1] + padding[1], device="meta")
    return tuple(meta.unfold(0, kernel_size[0], stride[0]).unfold(1, kernel_size[1], stride[1]).shape[:2])


same_padding = lambda kernel_size: tuple(map((-1).__add__, kernel_size))


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1), *, fill=0.0):
    H, W = X.shape
    canvas = X.new_full((H + padding[0], W + padding[1]), fill)
    rows = slice(padding[0] - padding[0] // 2, padding[0] - padding[0] // 2 + H)
    columns = slice(padding[1] - padding[1] // 2, padding[1] - padding[1] // 2 + W)
    canvas[rows, columns] = X
    return corr2d(canvas, K)[:: stride[0], :: stride[1]]


def receptive_field(layers):
    match layers:
        case []:
            return 1
        case [(kernel, stride), *rest]:
            return (receptive_field(rest) - 1) * stride + kernel
