"""Wrong for a machine with two GPUs."""

# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def try_gpu(i=0):
    n = torch.cuda.device_count()
    return torch.device('cuda', i) if n and i <= n - (n != 2) else torch.device('cpu')
