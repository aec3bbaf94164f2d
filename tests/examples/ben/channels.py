r"""Exercise 5: multiple input and output channels.                                40 minutes, medium

Several input channels
----------------------
A colour image has three channels, the layers inside a network have many. The kernel then has a slice for each input
channel. Each channel is cross-correlated with its own slice, and the results are *summed* into one map:

    Y = sum over c < c_i of  corr2d(X[c], K[c])        X (c_i, H, W), K (c_i, h, w) → Y (H - h + 1, W - w + 1)

Example: X[0] is 0…8 as 3×3, X[1] is the same + 1; K[0] = [[0, 1], [2, 3]], K[1] = [[1, 2], [3, 4]]:

    corr2d(X[0], K[0]) = 19 25     corr2d(X[1], K[1]) =  37  47     Y =  56  72
                         37 43                           67  77          104 120

Several output channels
-----------------------
To find several kinds of features, use several kernels of that kind. Each gives one map; the maps are stacked:

    Y[o] = the map of K[o]        K (c_o, c_i, h, w) → Y (c_o, H - h + 1, W - w + 1)

Example: K, K + 1 and K + 2 stacked: Y[0] as above, Y[1] = [[76, 100], [148, 172]], Y[2] = [[96, 128], [192, 224]].

1×1 convolution
---------------
A kernel of one pixel sees no neighbourhood. It mixes channels, at each pixel in the same way: the c_i numbers of a
pixel become c_o numbers by a matrix, a dense layer applied to every pixel. So flatten the pixels of X to a matrix of
c_i rows, multiply it by K as a matrix of c_o rows and c_i columns, and give the result its shape (c_o, H, W) back.

Forbidden
---------
No built-in convolution. You may use your own `corr2d` (`from corr2d import corr2d`), if it is right. Everything has
to be differentiable in X and K; both stay unchanged.
"""

import torch


def corr2d_multi_in(X, K):
    """Cross-correlate an input of several channels with one kernel.

    Args:
        X: the input, a tensor of shape (c_i, H, W).
        K: the kernel, a tensor of shape (c_i, h, w).

    Returns:
        A tensor of shape (H - h + 1, W - w + 1), summed over the channels, differentiable in X and K.
    """
    raise NotImplementedError("corr2d_multi_in: not written yet")


def corr2d_multi_in_out(X, K):
    """Cross-correlate an input of several channels with several kernels.

    Args:
        X: the input, a tensor of shape (c_i, H, W).
        K: the kernels, a tensor of shape (c_o, c_i, h, w).

    Returns:
        A tensor of shape (c_o, H - h + 1, W - w + 1), differentiable in X and K.
    """
    raise NotImplementedError("corr2d_multi_in_out: not written yet")


def corr2d_multi_in_out_1x1(X, K):
    """Compute a 1×1 convolution as a matrix product over the pixels.

    Args:
        X: the input, a tensor of shape (c_i, H, W).
        K: the kernels, a tensor of shape (c_o, c_i, 1, 1).

    Returns:
        A tensor of shape (c_o, H, W), differentiable in X and K.
    """
    raise NotImplementedError("corr2d_multi_in_out_1x1: not written yet")
