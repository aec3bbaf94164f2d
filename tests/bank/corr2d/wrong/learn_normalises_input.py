"""The input is scaled to [-1, 1] before a kernel is learned for it."""
# criterion: values

import reference
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    return reference.learn_kernel(X / X.abs().max(), Y, kernel_size, num_steps, lr)
