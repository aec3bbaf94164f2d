"""Each row is the one above shifted by one, also where a row of the image ends."""
# criterion: values
# says: at the end of a row

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    H, W = input_shape
    h, w = K.shape
    outputs = (H - h + 1) * (W - w + 1)
    first = torch.zeros(H, W)
    first[:h, :w] = K
    first = first.flatten()
    return torch.stack([first.roll(n) for n in range(outputs)])
