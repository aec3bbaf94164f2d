"""Squeezes the scores in the evaluation: a batch of one sample has no axis for the batch then."""
# criterion: values

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def evaluate_accuracy_gpu(net, data_iter, device=None):
    net.eval()
    if device is None:
        device = next(net.parameters()).device
    right = samples = 0
    with torch.no_grad():
        for X, y in data_iter:
            X, y = X.to(device), y.to(device)
            right += int((net(X).squeeze().argmax(dim=1) == y).sum())
            samples += len(y)
    return right / samples
