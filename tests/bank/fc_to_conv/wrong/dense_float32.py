"""Counted in single precision: large counts are rounded."""
# criterion: values

import torch
from reference import conv_matrix, conv_param_count


def dense_param_count(in_shape, out_shape, bias=True):
    inputs, outputs = torch.Tensor(in_shape).prod(), torch.Tensor(out_shape).prod()
    return int((inputs + 1) * outputs if bias else inputs * outputs)
