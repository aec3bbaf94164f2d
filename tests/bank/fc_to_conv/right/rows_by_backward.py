"""Each row of the matrix is a gradient, by a backward pass."""

import torch
from reference import conv_param_count, dense_param_count


def conv_matrix(K, input_shape):
    rows = []
    n = (input_shape[0] - K.shape[0] + 1) * (input_shape[1] - K.shape[1] + 1)
    for i in range(n):
        x = torch.zeros(input_shape, requires_grad=True)
        (x.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((2, 3)).flatten()[i].backward()
        rows.append(x.grad.flatten())
    return torch.stack(rows)
