"""Changes its target in place once it has learned."""
# criterion: implementation

import torch
import reference
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    result = reference.learn_kernel(X, Y, kernel_size, num_steps, lr)
    Y -= Y.mean()
    return result
