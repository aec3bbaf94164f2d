"""layer_shapes brings network and input to the CPU, and leaves the network there."""
# criterion: device

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def layer_shapes(net, X):
    X = X.cpu()
    shapes = []
    for layer in net.cpu():
        X = layer(X)
        shapes.append((type(layer).__name__, tuple(X.shape)))
    return shapes
