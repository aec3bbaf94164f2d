"""range(num_steps + 1)."""
# criterion: values

from reference import Conv2D, conv2d, corr2d
from reference import learn_kernel as right


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    return right(X, Y, kernel_size, num_steps + 1, lr)
