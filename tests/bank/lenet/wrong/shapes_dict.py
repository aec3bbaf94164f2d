"""layer_shapes goes through a dict by class name, in which layers of the same class fall together."""
# criterion: shapes
from torch import nn

from reference import *


def layer_shapes(net, X):
    shapes = {}
    for layer in net:
        X = layer(X)
        shapes[layer.__class__.__name__] = tuple(X.shape)
    return list(shapes.items())
