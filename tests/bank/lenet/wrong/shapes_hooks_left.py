"""The hooks that note the shapes are never removed."""
# criterion: implementation

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def layer_shapes(net, X):
    shapes = []

    def note(module, _inputs, output):
        shapes.append((type(module).__name__, tuple(output.shape)))

    for layer in set(net):
        layer.register_forward_hook(note)
    with torch.no_grad():
        net(X)
    return shapes
