"""The loss of a last batch of one sample is not counted."""
# criterion: values

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    total_loss, right, samples = 0.0, 0, 0
    for X, y in train_iter:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        y_hat = net(X)
        batch_loss = loss(y_hat, y)
        batch_loss.backward()
        optimizer.step()
        if len(y) > 1:
            total_loss += batch_loss.item() * len(y)
        right += int((y_hat.argmax(dim=1) == y).sum())
        samples += len(y)
    return total_loss / samples, right / samples
