"""torch.tensor(list of floats) at the end: no gradient at all."""
# criterion: gradients

import torch
from reference import conv_output_shape, receptive_field, same_padding
from reference import corr2d_padded as right


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    return torch.tensor(right(X, K, padding, stride).tolist(), requires_grad=True)
