"""init_weights initialises the layers only that have a bias."""

# criterion: values

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def init_weights(m):
    if isinstance(m, nn.Linear | nn.Conv2d) and m.bias is not None:
        nn.init.xavier_uniform_(m.weight)
        nn.init.zeros_(m.bias)
