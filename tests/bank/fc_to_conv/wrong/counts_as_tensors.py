"""The counts are tensors without dimensions, not integers."""
# criterion: values

import torch
from reference import conv_matrix, dense_param_count
from reference import conv_param_count as right


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    return torch.tensor(right(in_channels, out_channels, kernel_size, bias))
