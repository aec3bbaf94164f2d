"""Counts the steps from 1."""
# criterion: values
# says: a step less than num_steps

import reference
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    return reference.learn_kernel(X, Y, kernel_size, num_steps - 1, lr)
