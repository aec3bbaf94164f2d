"""Thirty steps are enough for the example; more are not taken."""
# criterion: values

import reference
from reference import Conv2D, conv2d, corr2d


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    return reference.learn_kernel(X, Y, kernel_size, min(num_steps, 30), lr)
