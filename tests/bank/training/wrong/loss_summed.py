"""Multiplies the loss by the size of the batch before backward."""
# criterion: training
# says: multiplied by the batch's size

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    total_loss, right, samples = 0.0, 0, 0
    for X, y in train_iter:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        y_hat = net(X)
        l = loss(y_hat, y)
        (l * len(y)).backward()
        optimizer.step()
        total_loss += float(l.detach()) * len(y)
        right += accuracy(y_hat, y)
        samples += len(y)
    return total_loss / samples, right / samples


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights)
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loss = nn.CrossEntropyLoss()
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch_gpu(net, train_iter, loss, optimizer, device)
        test_acc = evaluate_accuracy_gpu(net, test_iter, device)
        history.append({"train_loss": train_loss, "train_acc": train_acc, "test_acc": test_acc})
    return history
