"""A layer in two places gets two hooks, and each notes its shape."""
# criterion: shapes

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def layer_shapes(net, X):
    shapes = []

    def note(module, _inputs, output):
        shapes.append((type(module).__name__, tuple(output.shape)))

    handles = [layer.register_forward_hook(note) for layer in net]
    with torch.no_grad():
        net(X)
    for handle in handles:
        handle.remove()
    return shapes
