"""layer_shapes empties and fills one and the same list in every call, also one that a caller still holds."""
# criterion: implementation

from reference import *  # the reference solution of the same exercise; only in the bank

SHAPES = []


def layer_shapes(net, X):
    SHAPES.clear()
    for layer in net:
        X = layer(X)
        SHAPES.append((type(layer).__name__, tuple(X.shape)))
    return SHAPES
