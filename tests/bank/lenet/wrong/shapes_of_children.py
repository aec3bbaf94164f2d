"""net.children() skips a layer that comes a second time."""
# criterion: shapes

from reference import *  # the reference solution of the same exercise; only in the bank


def layer_shapes(net, X):
    shapes = []
    for layer in net.children():
        X = layer(X)
        shapes.append((type(layer).__name__, tuple(X.shape)))
    return shapes
