"""accuracy subtracts each row's largest score in place."""

# criterion: implementation

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def accuracy(y_hat, y):
    with torch.no_grad():
        y_hat.sub_(y_hat.max(1, keepdim=True).values)
    return float((y_hat.argmax(1) == y).sum())
