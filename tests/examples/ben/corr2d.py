r"""Exercise 2: cross-correlation, convolution, a learned kernel.                  40 minutes, medium

Cross-correlation
-----------------
A kernel K of h rows and w columns slides over an input X of H rows and W columns. At each position the numbers that
lie on top of each other are multiplied, and the products are summed:

    Y[i, j] = sum over a < h, b < w of  X[i + a, j + b] · K[a, b]

The kernel fits at H - h + 1 places from top to bottom and at W - w + 1 from left to right, so that is Y's shape.

    X = 0 1 2      K = 0 1      Y[0, 0] = 0·0 + 1·1 + 3·2 + 4·3 = 19
        3 4 5          2 3      Y[0, 1] = 1·0 + 2·1 + 4·2 + 5·3 = 25
        6 7 8                   Y[1, 0] = 3·0 + 4·1 + 6·2 + 7·3 = 37
                                Y[1, 1] = 4·0 + 5·1 + 7·2 + 8·3 = 43

X and K may hold integers; Y is always floating point. Y must be differentiable in X and in K, so compute it from
them with torch operations: no `.item()`, `.data`, `.detach()` or numpy on the way. X and K stay unchanged.

Convolution
-----------
A true convolution does the same with the kernel flipped, top to bottom and left to right. Deep learning says
"convolution" and computes a cross-correlation: a kernel that is learned comes out flipped or not, as needed.

The layer
---------
A convolutional layer is the cross-correlation with a kernel that is learned, plus a bias (one number) on every entry.

A learned kernel
----------------
Given an input X and the output Y that some unknown kernel gave, gradient descent finds the kernel: start from any, and
repeat num_steps times: compute the layer's output Ŷ, the loss sum((Ŷ - Y)²), its gradients, and

    parameter ← parameter - lr · gradient        for the weight and for the bias

Example, an edge detector: X is 6×8, all ones, with columns 2 to 5 set to zero. Y is 6×7, zero but for column 1, which
is 1 (from white to black), and column 5, which is -1 (from black to white). The kernel (1, 2), 30 steps and lr 0.01
give a weight near [[1, -1]] and a bias near 0.

Forbidden
---------
Build it yourself: no built-in convolution, neither `torch.nn.functional.conv2d` nor `nn.Conv2d` nor numpy's or scipy's.
The grader watches what runs, not what it is called. Slicing, `sum`, `unfold`, `as_strided`, `einsum`, `@` are all fine.
"""

import torch
from torch import nn


def corr2d(X, K):
    """Compute the two-dimensional cross-correlation of X and K.

    Args:
        X: the input, a tensor of shape (H, W), floating point or integer; left unchanged.
        K: the kernel, a tensor of shape (h, w), h ≤ H and w ≤ W, floating point or integer; left unchanged.

    Returns:
        A floating-point tensor of shape (H - h + 1, W - w + 1), differentiable in X and K.
    """
    raise NotImplementedError("corr2d: not written yet")


def conv2d(X, K):
    """Compute the true two-dimensional convolution: K flipped along both axes, then cross-correlated.

    Args:
        X: the input, a tensor of shape (H, W).
        K: the kernel, a tensor of shape (h, w).

    Returns:
        A floating-point tensor of shape (H - h + 1, W - w + 1), differentiable in X and K.
    """
    raise NotImplementedError("conv2d: not written yet")


class Conv2D(nn.Module):
    """A convolutional layer of one input and one output channel, with the parameters `weight` and `bias`."""

    def __init__(self, kernel_size):
        """Make the parameters: `weight` of the shape kernel_size (h, w), random, and `bias` of shape (1,)."""
        super().__init__()
        raise NotImplementedError("Conv2D.__init__: not written yet")

    def forward(self, x):
        """Return corr2d(x, weight) + bias; x has the shape (H, W)."""
        raise NotImplementedError("Conv2D.forward: not written yet")


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    """Learn the kernel that turns X into Y, by gradient descent on the summed squared error of a Conv2D.

    Args:
        X: the input, a tensor of shape (H, W).
        Y: the output that is wanted, of shape (H - h + 1, W - w + 1).
        kernel_size: the kernel's shape (h, w).
        num_steps: the number of updates; each changes the weight and the bias once.
        lr: the learning rate.

    Returns:
        (weight, bias): detached tensors of the shapes (h, w) and (1,).
    """
    raise NotImplementedError("learn_kernel: not written yet")
