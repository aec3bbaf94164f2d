"""as_strided with X's own strides, but from where its memory starts: a slice starts later."""
# criterion: values

from reference import *


def pool2d(X, pool_size, mode="max"):
    (p, q), (a, b) = pool_size, X.stride()
    windows = X.float().as_strided if not X.is_floating_point() else X.as_strided
    windows = windows((X.shape[0] - p + 1, X.shape[1] - q + 1, p, q), (a, b, a, b), 0)
    return windows.amax((2, 3)) if mode == "max" else windows.mean((2, 3))
