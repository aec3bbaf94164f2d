"""layer_shapes lists the shape before each layer."""
# criterion: shapes
from torch import nn

from reference import *


def layer_shapes(net, X):
    shapes = []
    for layer in net:
        shapes.append((layer.__class__.__name__, tuple(X.shape)))
        X = layer(X)
    return shapes
