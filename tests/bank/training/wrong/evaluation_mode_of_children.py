"""Switches the network and the layers in it to evaluation mode, not the layers inside of those."""
# criterion: values

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def evaluate_accuracy_gpu(net, data_iter, device=None):
    net.training = False
    for layer in net.children():
        layer.training = False
    if device is None:
        device = next(net.parameters()).device
    right = samples = 0
    with torch.no_grad():
        for X, y in data_iter:
            X, y = X.to(device), y.to(device)
            right += int((net(X).argmax(dim=1) == y).sum())
            samples += len(y)
    return right / samples
