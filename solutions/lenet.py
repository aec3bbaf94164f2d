r"""Exercise 7: LeNet.                                                             30 minutes, easy

The network
-----------
LeNet-5 (LeCun et al., 1998) read handwritten digits on cheques. A convolutional part turns an image into sixteen
small maps of features; a dense part turns those into ten scores, one per class. For images of shape 1×28×28:

    layer                                     output's shape for N images
    convolution 1 → 6, 5×5, padding 2         N × 6 × 28 × 28
    sigmoid
    average pooling 2×2, stride 2             N × 6 × 14 × 14
    convolution 6 → 16, 5×5                   N × 16 × 10 × 10
    sigmoid
    average pooling 2×2, stride 2             N × 16 × 5 × 5
    flatten                                   N × 400
    dense 400 → 120, sigmoid                  N × 120
    dense 120 → 84, sigmoid                   N × 84
    dense 84 → 10                             N × 10

There is no activation at the end: the loss, cross-entropy, takes the scores as they are. Use PyTorch's own layers here
(`nn.Conv2d`, `nn.AvgPool2d`, `nn.Linear`, …); nothing is forbidden.

The shape after each layer
--------------------------
Most mistakes in a network show in the shapes. `layer_shapes` sends an input through an `nn.Sequential` and notes, after
each layer, the name of the layer's class and the shape of what comes out. Example:

    layer_shapes(lenet(), X) for X of shape 1×1×28×28, if lenet() is an nn.Sequential:
    [("Conv2d", (1, 6, 28, 28)), ("Sigmoid", (1, 6, 28, 28)), ("AvgPool2d", (1, 6, 14, 14)),
     …, ("Linear", (1, 10))]
"""

import torch
from torch import nn


def lenet():
    """Build LeNet with sigmoid activations and average pooling.

    Returns:
        An nn.Module that maps a tensor of shape (N, 1, 28, 28) to scores of shape (N, 10).
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2),
        nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Conv2d(6, 16, kernel_size=5),
        nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )
    ### END SOLUTION


def layer_shapes(net, X):
    """List the output's shape after each layer of a network.

    Args:
        net: an nn.Sequential of any layers.
        X: an input of the network.

    Returns:
        A list with a pair (class name of the layer, shape of its output as a tuple of ints) per layer.
    """
    ### BEGIN SOLUTION
    shapes = []
    for layer in net:
        X = layer(X)
        shapes.append((type(layer).__name__, tuple(X.shape)))
    return shapes
    ### END SOLUTION
