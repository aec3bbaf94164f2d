"""Always gives the CPU."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def try_gpu(i=0):
    return torch.device("cpu")
