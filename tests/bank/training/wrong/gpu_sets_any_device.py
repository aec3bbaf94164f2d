"""Where there are GPUs, torch.cuda.set_device(device) is called, be the device the CPU."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    if torch.cuda.is_available():
        torch.cuda.set_device(device)
    total, right, samples = 0.0, 0.0, 0
    for X, y in train_iter:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        y_hat = net(X)
        l = loss(y_hat, y)
        l.backward()
        optimizer.step()
        total, right, samples = total + l.item() * len(y), right + accuracy(y_hat, y), samples + len(y)
    return total / samples, right / samples
