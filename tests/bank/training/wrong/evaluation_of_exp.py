"""Evaluates exp of the scores, which is infinite for large ones."""
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
            p = net(X).exp()
            p = p / p.sum(dim=1, keepdim=True)
            right += (p.argmax(dim=1) == y).sum()
            samples += len(y)
    return float(right) / samples
