"""layer_shapes draws an input of X's shape instead of using X."""
# criterion: shapes

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def layer_shapes(net, X):
    X = torch.randn(*X.shape)
    shapes = []
    for layer in net:
        X = layer(X)
        shapes.append((type(layer).__name__, tuple(X.shape)))
    return shapes
