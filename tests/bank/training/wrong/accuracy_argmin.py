"""Takes the smallest score."""
# criterion: values

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def accuracy(y_hat, y):
    return float((y_hat.argmin(dim=1) == y).sum())
