"""try_gpu returns the device's name."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def try_gpu(i=0):
    return f"cuda:{i}" if torch.cuda.device_count() > i else "cpu"
