r"""Exercise 3: from dense layers to convolutions.                                 30 minutes, medium

The matrix of a convolution
---------------------------
A dense layer computes W @ x: every output is a weighted sum of every input. A cross-correlation is linear in X too, so
it *is* a dense layer with a very special W: most weights are zero (each output sees a small window only: locality), and
the others are the same few numbers over and over (the kernel is the same everywhere: translation invariance).

With X flattened row by row to H·W numbers and the output flattened row by row to H'·W' numbers:

    W @ X.flatten() == corr2d(X, K).flatten()        W has H'·W' rows and H·W columns, H' = H - h + 1, W' = W - w + 1

Row i·W' + j of W belongs to the output Y[i, j]. It holds K[a, b] in column (i + a)·W + (j + b), and zeros elsewhere.

Example: K = [[1, 2]] on inputs of shape (2, 3), so H' = 2, W' = 2:

    X = x0 x1 x2        W = 1 2 0 0 0 0        Y = x0 + 2·x1   x1 + 2·x2
        x3 x4 x5            0 1 2 0 0 0            x3 + 2·x4   x4 + 2·x5
                            0 0 0 1 2 0
                            0 0 0 0 1 2

Counting parameters
-------------------
A dense layer from an input of shape in_shape to an output of shape out_shape has one weight for every pair of an input
and an output number, and one bias per output number. A convolutional layer has one kernel for every pair of an input
and an output channel, and one bias per output channel; the size of the image plays no part.

Example: from a 28×28 image to a 28×28 image, dense: 784 · 784 weights + 784 biases = 615 440. One 5×5 kernel and one
bias do a convolution of the same image: 26. From 6 to 16 channels with 5×5 kernels: 6 · 16 · 25 + 16 = 2416.
"""

import math

import torch


def conv_matrix(K, input_shape):
    """Build the weight matrix of the dense layer that computes the cross-correlation with K.

    Args:
        K: the kernel, a tensor of shape (h, w).
        input_shape: the input's shape (H, W), h ≤ H and w ≤ W.

    Returns:
        A tensor W of shape ((H - h + 1)·(W - w + 1), H·W) with W @ X.flatten() == corr2d(X, K).flatten().
    """
    raise NotImplementedError("conv_matrix: not written yet")


def dense_param_count(in_shape, out_shape, bias=True):
    """Count the parameters of a dense layer.

    Args:
        in_shape: the input's shape, a tuple such as (28, 28).
        out_shape: the output's shape, a tuple.
        bias: whether the layer has biases.

    Returns:
        The number of weights and biases, an int.
    """
    raise NotImplementedError("dense_param_count: not written yet")


def conv_param_count(in_channels, out_channels, kernel_size, bias=True):
    """Count the parameters of a convolutional layer.

    Args:
        in_channels: the number of input channels.
        out_channels: the number of output channels.
        kernel_size: the kernel's shape (h, w).
        bias: whether the layer has biases.

    Returns:
        The number of weights and biases, an int.
    """
    raise NotImplementedError("conv_param_count: not written yet")
