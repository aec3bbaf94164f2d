"""The shapes are kept in a dict by layer: a layer in two places has one entry."""
# criterion: shapes

from reference import *  # the reference solution of the same exercise; only in the bank


def layer_shapes(net, X):
    shapes = {}
    for layer in net:
        X = layer(X)
        shapes[layer] = tuple(X.shape)
    return [(type(layer).__name__, shape) for layer, shape in shapes.items()]
