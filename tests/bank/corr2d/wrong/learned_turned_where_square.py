"""A square kernel is learned as its transpose."""
# criterion: values

from reference import *
import reference


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    weight, bias = reference.learn_kernel(X, Y, kernel_size, num_steps, lr)
    return (weight.T if kernel_size[0] == kernel_size[1] else weight), bias
