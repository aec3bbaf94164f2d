"""Adds up right predictions in bfloat16."""
# criterion: values

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    total_loss, right, samples = 0.0, 0.0, 0
    for X, y in train_iter:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        y_hat = net(X)
        batch_loss = loss(y_hat, y)
        batch_loss.backward()
        optimizer.step()
        total_loss += batch_loss.item() * len(y)
        right = torch.tensor(right, dtype=torch.bfloat16) + accuracy(y_hat, y)
        samples += len(y)
    return total_loss / samples, float(right) / samples
