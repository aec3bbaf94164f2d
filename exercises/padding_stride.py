r"""Exercise 4: padding and stride.                                                40 minutes, medium

The output's shape
------------------
A kernel of k rows takes k - 1 rows away. Padding adds rows and columns of zeros around the input; the stride says how
many rows (columns) the window moves on from one output to the next. In this exercise, padding is the *total* that is
added along an axis, both sides together. Along each axis, with input size n, kernel k, padding p, stride s:

    output = ⌊(n - k + p + s) / s⌋

Example: 8×8 input, kernel (3, 5), padding (0, 2), stride (3, 4):
    rows ⌊(8 - 3 + 0 + 3) / 3⌋ = ⌊8/3⌋ = 2      columns ⌊(8 - 5 + 2 + 4) / 4⌋ = ⌊9/4⌋ = 2

Keeping the size
----------------
At stride 1 the output is n - k + p + 1 rows high. Which total p keeps it at n?  (5, 3) needs (4, 2).

Padding
-------
The total is split between the two sides, about half on each. When it is odd, the extra row goes on *top*, the extra
column to the *left*. A total of 3 rows means 2 on top, 1 below. Then the window starts in the upper left corner of
the padded input and goes on by the stride; a window that does not fit any more is left out.

Example: X = [[1, 2], [3, 4]], K = [[1, 1], [1, 1]], padding (1, 1), stride (1, 1):

    0 0 0        windows:  0 0   0 0           Y = 1 3
    0 1 2                  0 1   1 2   …           4 10
    0 3 4

Receptive field
---------------
How many input pixels along one axis can an entry of the last layer see? One layer with kernel k sees k pixels. Each
further layer sees k - 1 more *steps*, and a step in that layer's input is as many pixels long as the strides of the
layers before it, multiplied. No layer at all: 1. Example: [(3, 1), (3, 1)] sees 5, [(3, 2), (3, 1)] sees 3 + 2·2 = 7.

Forbidden
---------
No built-in convolution in `corr2d_padded`. `torch.nn.functional.pad` is fine. You may use your own `corr2d`
(`from corr2d import corr2d`), if it is right.
"""

import torch
from torch.nn import functional as F


def conv_output_shape(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    """Compute the output's shape of a convolution.

    Args:
        input_shape: (n_h, n_w).
        kernel_size: (k_h, k_w).
        padding: (p_h, p_w), the total number of rows and of columns added.
        stride: (s_h, s_w).

    Returns:
        A pair of ints, the output's height and width.
    """
    raise NotImplementedError("conv_output_shape: not written yet")


def same_padding(kernel_size):
    """Compute the total padding (p_h, p_w) that keeps height and width at stride 1.

    Args:
        kernel_size: (k_h, k_w).

    Returns:
        A pair of ints.
    """
    raise NotImplementedError("same_padding: not written yet")


def corr2d_padded(X, K, padding=(0, 0), stride=(1, 1)):
    """Pad X with zeros, then cross-correlate it with K at a stride.

    Args:
        X: the input, a tensor of shape (H, W); left unchanged.
        K: the kernel, a tensor of shape (h, w); left unchanged.
        padding: (p_h, p_w), the total number of rows and of columns added, an odd one on top and to the left.
        stride: (s_h, s_w).

    Returns:
        A tensor of the shape conv_output_shape(X.shape, K.shape, padding, stride), differentiable in X and K.
    """
    raise NotImplementedError("corr2d_padded: not written yet")


def receptive_field(layers):
    """Count the input pixels along one axis that an entry of the last layer's output sees, from the first to the last.

    Args:
        layers: a list of (kernel, stride) pairs of ints, from the input to the output; left unchanged.

    Returns:
        An int; 1 for an empty list.
    """
    raise NotImplementedError("receptive_field: not written yet")
