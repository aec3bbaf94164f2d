"""Takes the sigmoid of the scores first: of large ones it is one for all."""
# criterion: values

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def accuracy(y_hat, y):
    return float((torch.sigmoid(y_hat).argmax(dim=1) == y).sum())
