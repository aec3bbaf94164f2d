"""Thinks that GPU i exists if there are i GPUs."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def try_gpu(i=0):
    if torch.cuda.device_count() >= i:
        return torch.device(f"cuda:{i}")
    return torch.device("cpu")
