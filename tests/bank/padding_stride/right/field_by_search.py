"""The receptive field is the size of the smallest input that gives an output."""

from reference import *


def receptive_field(layers):
    size = 1
    while not gives_output(size, layers):
        size += 1
    return size


def gives_output(size, layers):
    for kernel, stride in layers:
        if size < kernel:
            return False
        size = (size - kernel) // stride + 1
    return True
