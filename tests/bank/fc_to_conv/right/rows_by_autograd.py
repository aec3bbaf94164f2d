"""Each row of the matrix is a gradient of the convolution."""

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    x = torch.zeros(*input_shape, requires_grad=True); y = (x.unfold(0, K.size(0), 1).unfold(1, K.size(1), 1) * K).sum((2, 3)).flatten()
    return torch.stack([torch.autograd.grad(o, x, retain_graph=True)[0].flatten() for o in y])
