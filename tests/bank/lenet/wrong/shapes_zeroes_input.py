"""layer_shapes overwrites the input with noise."""
# criterion: implementation
from reference import *
from reference import layer_shapes as original


def layer_shapes(net, X):
    X.uniform_()
    return original(net, X)
