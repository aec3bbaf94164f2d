"""The receptive field is added up in single precision."""
# criterion: values

import torch
from reference import conv_output_shape, corr2d_padded, same_padding


def receptive_field(layers):
    field, step = torch.ones(()), torch.ones(())
    for kernel, stride in layers:
        field = field + (kernel - 1) * step
        step = step * stride
    return int(field)
