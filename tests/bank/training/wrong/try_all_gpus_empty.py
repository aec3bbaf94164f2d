"""Gives an empty list where there is no GPU."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def try_all_gpus():
    return [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())]
