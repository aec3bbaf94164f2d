"""math.floor is forgotten: torch.floor of a tensor gives floats."""
# criterion: values
# says: integers, not floats

import torch
from reference import corr2d_padded, receptive_field, same_padding


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    n, k, p, s = (torch.tensor(v, dtype=torch.float32) for v in (input_shape, kernel_size, padding, stride))
    return tuple(torch.floor((n - k + p + s) / s).tolist())
