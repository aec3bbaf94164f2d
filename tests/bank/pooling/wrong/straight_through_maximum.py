"""The gradient of the maximum is spread over the whole window, as if it were the average."""
# criterion: gradients

from reference import pool2d as right
from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    Y = right(X, pool_size, mode)
    if mode == "max":
        average = right(X, pool_size, "avg")
        Y = average + (Y - average).detach()
    return Y
