"""The evaluation gathers all scores and labels, and asks for the accuracy once; modes and gradients on an ExitStack.

"""

import contextlib

import torch
from torch import nn


def try_gpu(i=0):
    if torch.cuda.device_count() >= i + 1:
        return torch.device(f"cuda:{i}")
    return torch.device("cpu")


def try_all_gpus():
    gpus = [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())]
    return gpus or [torch.device("cpu")]


def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).sum())


def evaluate_accuracy_gpu(net, data_iter, device=None):
    if device is None:
        device = next(net.parameters()).device
    scores, labels = [], []
    with contextlib.ExitStack() as stack:
        stack.callback(net.train, net.training)
        net.eval()
        stack.enter_context(torch.no_grad())
        for X, y in data_iter:
            scores += [net(X.to(device))]
            labels += [y.to(device)]
        y = torch.cat(labels)
        return accuracy(torch.cat(scores), y) / y.numel()


def init_weights(m):
    if isinstance(m, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(m.weight)


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    total, right, samples = 0.0, 0.0, 0
    for X, y in train_iter:
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad()
        y_hat = net(X)
        l = loss(y_hat, y)
        l.backward()
        optimizer.step()
        total += float(l.detach()) * len(y)
        right += accuracy(y_hat.detach(), y)
        samples += len(y)
    return total / samples, right / samples


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
