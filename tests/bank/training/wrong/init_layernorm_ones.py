"""Initialises layer normalisations as well."""
# criterion: values

from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def init_weights(m):
    if isinstance(m, nn.Linear | nn.Conv2d):
        nn.init.xavier_uniform_(m.weight)
    elif isinstance(m, (nn.LayerNorm, nn.GroupNorm)):
        nn.init.ones_(m.weight)
