"""learn_kernel divides zero by zero."""
# criterion: values

import torch
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    return torch.full(kernel_size, float("nan")), torch.full((1,), float("nan"))
