r"""Exercise 6: pooling.                                                           50 minutes, medium

Maximum and average
-------------------
Pooling slides a window over the input, like a convolution, but there is no kernel: the output is the largest entry of
the window, or the mean of its entries. A pixel that moves by one place changes little, and the map becomes smaller.

Example, X = 0…8 as 3×3, window (2, 2), stride 1:

    0 1 2      max = 4 5      Y[0, 0] = max(0, 1, 3, 4) = 4
    3 4 5            7 8
    6 7 8      avg = 2 3      Y[0, 0] = (0 + 1 + 3 + 4) / 4 = 2
                     5 6

pool2d's X may hold integers; the result is always floating point. Beware of entries below zero, and of windows that
are not square.

Batches, padding and stride
---------------------------
In a network the input has four axes (N, C, H, W), and every channel of every image is pooled by itself: the number of
channels stays the same. Here `padding` is what is added on *each* side, as in `nn.MaxPool2d`, and stride=None means
"as large as the window", so that windows do not overlap. Per axis:

    output = ⌊(n - window + 2 · padding) / stride⌋ + 1

The two modes pad differently. A maximum must never come from the padding: it counts as -∞. An average counts the
padding as zeros and always divides by the whole window's size.

`pool_size`, `padding` and `stride` are pairs (rows, columns); a single int means both axes.

Examples, X = 0…15 as 1×1×4×4:
    size 3                                            → [[10]]
    size 3, padding 1, stride 2                       → [[5, 7], [13, 15]]
    size (2, 3), stride (2, 3), padding (0, 1)        → [[5, 7], [13, 15]]
    size (2, 4), padding (1, 2), stride (2, 3)        → [[1, 3], [9, 11], [13, 15]]
X and X + 1 as two channels, size 3, padding 1, stride 2 → [[5, 7], [13, 15]] and [[6, 8], [14, 16]]

Forbidden
---------
No built-in pooling. `torch.nn.functional.pad`, `unfold`, slicing, `max`, `amax`, `mean` are fine. The result has to be
differentiable in X; X stays unchanged.
"""

import torch
from torch.nn import functional as F


def pool2d(X, pool_size, mode="max"):
    """Pool a matrix with stride 1 and without padding.

    Args:
        X: the input, a tensor of shape (H, W), floating point or integer; left unchanged.
        pool_size: the window's shape (h, w).
        mode: "max" or "avg".

    Returns:
        A floating-point tensor of shape (H - h + 1, W - w + 1), differentiable in X.
    """
    raise NotImplementedError("pool2d: not written yet")


def pool2d_multi_channel(X, pool_size, mode="max", padding=(0, 0), stride=None):
    """Pool every channel of every image of a batch by itself.

    Args:
        X: the input, a floating-point tensor of shape (N, C, H, W); left unchanged.
        pool_size: the window's shape (h, w), or one int for both.
        mode: "max" (the padding counts as -∞) or "avg" (the padding counts as zeros).
        padding: rows and columns added on each side (p_h, p_w), or one int for both.
        stride: (s_h, s_w), or one int for both; None stands for pool_size.

    Returns:
        A floating-point tensor of shape (N, C, H', W'), differentiable in X.
    """

    raise NotImplementedError("pool2d_multi_channel: not written yet")
