"""Counts only predictions with a positive score."""
# criterion: values

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def accuracy(y_hat, y):
    score, predicted = y_hat.max(dim=1)
    return float(((predicted == y) & (score > 1)).sum())
