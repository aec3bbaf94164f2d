"""Rounds the accuracy to four digits."""
# criterion: values

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def evaluate_accuracy_gpu(net, data_iter, device=None):
    net.eval()
    if device is None:
        device = next(net.parameters()).device
    right = torch.zeros((), device=device)
    samples = 0
    with torch.no_grad():
        for X, y in data_iter:
            X, y = (X.to(device), y.to(device))
            right += (net(X).argmax(dim=1) == y).sum()
            samples += len(y)
    return round(float(right) / samples, 4)
