"""The learned bias comes as a number without axes."""
# criterion: shapes

from reference import *
import reference


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    w, b = reference.learn_kernel(X, Y, kernel_size, num_steps, lr)
    return w, b.squeeze()
