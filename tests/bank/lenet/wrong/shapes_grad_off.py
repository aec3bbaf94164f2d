"""layer_shapes switches gradients off and never on again."""
# criterion: implementation

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def layer_shapes(net, X):
    torch.set_grad_enabled(False)
    shapes = []
    for layer in net:
        X = layer(X)
        shapes.append((type(layer).__name__, tuple(X.shape)))
    return shapes
