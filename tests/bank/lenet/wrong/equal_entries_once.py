"""layer_shapes leaves a layer out if its entry would be that of the layer before."""
# criterion: shapes

from itertools import groupby

from reference import *
import reference


def layer_shapes(net, X):
    return [entry for entry, _ in groupby(reference.layer_shapes(net, X))]
