"""conv_matrix returns zeros, and so leaves the kernel alone."""
# criterion: implementation

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    (h, w), (H, W) = K.shape, input_shape
    return torch.zeros((H - h + 1) * (W - w + 1), H * W)
