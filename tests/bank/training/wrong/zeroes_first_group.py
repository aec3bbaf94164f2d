"""Zeroes the gradients of the optimizer's first group of parameters only."""
# criterion: training

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    total_loss, right, samples = 0.0, 0, 0
    for X, y in train_iter:
        X, y = X.to(device), y.to(device)
        for parameter in optimizer.param_groups[0]["params"]:
            parameter.grad = None
        y_hat = net(X)
        batch_loss = loss(y_hat, y)
        batch_loss.backward()
        optimizer.step()
        with torch.no_grad():
            total_loss += float(batch_loss) * len(y)
            right += int((y_hat.argmax(dim=1) == y).sum())
        samples += len(y)
    return total_loss / samples, right / samples
