"""layer_shapes sets all parameters to zero, for speed."""
# criterion: implementation
from reference import *
from reference import layer_shapes as original


def layer_shapes(net, X):
    for parameter in net.parameters():
        parameter.data.zero_()
    return original(net, X)
