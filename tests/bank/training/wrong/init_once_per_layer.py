"""init_weights remembers which layers it has initialised, and leaves them alone the next time."""

# criterion: values

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def init_weights(m):
    if isinstance(m, nn.Linear | nn.Conv2d) and not getattr(m, "initialised", False):
        nn.init.xavier_uniform_(m.weight)
        m.initialised = True
