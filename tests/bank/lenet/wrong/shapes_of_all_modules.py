"""layer_shapes goes through net.modules(): the layers inside a layer too."""
# criterion: shapes
# says: more entries than there are layers

from reference import *  # the reference solution of the same exercise; only in the bank


def layer_shapes(net, X):
    shapes = []
    for layer in list(net.modules())[1:]:
        X = layer(X)
        shapes.append((layer.__class__.__name__, tuple(X.shape)))
    return shapes
