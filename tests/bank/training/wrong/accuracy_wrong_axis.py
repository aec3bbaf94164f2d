"""Takes the largest score per class in place of per image."""
# criterion: values

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def accuracy(y_hat, y):
    n = min(len(y), y_hat.shape[1])
    return float((y_hat.argmax(dim=0)[:n] == y[:n]).sum())
