"""layer_shapes runs a backward pass, which adds to the parameters' gradients."""
# criterion: implementation

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def layer_shapes(net, X):
    out = []
    with torch.enable_grad():
        for layer in net:
            X = layer(X)
            out.append((type(layer).__name__, tuple(X.shape)))
        if X.requires_grad:
            X.sum().backward()
    return out
