"""layer_shapes lists the layers inside a layer instead of that layer."""
# criterion: shapes

from reference import *  # the reference solution of the same exercise; only in the bank


def layer_shapes(net, X):
    shapes = []
    for layer in [m for m in net.modules() if not list(m.children())]:
        X = layer(X)
        shapes.append((layer.__class__.__name__, tuple(X.shape)))
    return shapes
