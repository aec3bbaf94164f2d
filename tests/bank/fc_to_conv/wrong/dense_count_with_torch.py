"""torch multiplies in 64 bits, which overflow."""
# criterion: values

import torch
from reference import conv_matrix, conv_param_count


def dense_param_count(in_shape, out_shape, bias=True):
    inputs, outputs = torch.tensor(in_shape).prod(), torch.tensor(out_shape).prod()
    return int(inputs * outputs + (outputs if bias else 0))
