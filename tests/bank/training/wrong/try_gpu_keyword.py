"""try_gpu's parameter has another name."""
# criterion: device

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def try_gpu(index=0):
    return torch.device(f"cuda:{index}") if torch.cuda.device_count() > index else torch.device("cpu")
