"""Another thread moves the batches."""

import queue
import threading
import torch
from torch import nn


def try_gpu(i=0):
    if torch.cuda.device_count() >= i + 1:
        return torch.device(f"cuda:{i}")
    return torch.device("cpu")


def try_all_gpus():
    devices = [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())]
    return devices if devices else [torch.device("cpu")]


def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).sum())


def evaluate_accuracy_gpu(net, data_iter, device=None):
    net.eval()
    if device is None:
        device = next(net.parameters()).device
    right, samples = 0.0, 0
    with torch.no_grad():
        for X, y in data_iter:
            X, y = X.to(device), y.to(device)
            right += accuracy(net(X), y)
            samples += len(y)
    return right / samples


def init_weights(m):
    if type(m) in (nn.Linear, nn.Conv2d):
        nn.init.xavier_uniform_(m.weight)


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


class BackgroundGenerator(threading.Thread):
    def __init__(self, generator, device, max_prefetch=2):
        super().__init__(daemon=True)
        self.queue, self.generator, self.device = queue.Queue(max_prefetch), generator, device
        self.start()

    def run(self):
        for X, y in self.generator:
            self.queue.put((X, y))
        self.queue.put(None)

    def __iter__(self):
        while (item := self.queue.get()) is not None:
            yield item[0].to(self.device), item[1].to(self.device)


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    total_loss, right, samples = 0.0, 0.0, 0
    for X, y in BackgroundGenerator(train_iter, device):
        optimizer.zero_grad()
        y_hat = net(X)
        batch_loss = loss(y_hat, y)
        batch_loss.backward()
        optimizer.step()
        total_loss += batch_loss.item() * len(y)
        right += accuracy(y_hat, y)
        samples += len(y)
    return total_loss / samples, right / samples
