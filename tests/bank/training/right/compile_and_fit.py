"""compile, fit, evaluate; a history of lists turned into one of dicts."""

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


def init_weights(m):
    if type(m) in (nn.Linear, nn.Conv2d):
        nn.init.xavier_uniform_(m.weight)


class History:
    def __init__(self):
        self.history = {}
        self.epoch = []


class Model:
    def compile(self, optimizer, loss):
        self.optimizer, self.loss = optimizer, loss

    def __init__(self, net, device):
        self.net, self.device = net, device

    def train_on_batch(self, X, y):
        self.net.train()
        y_pred = self.net(X)
        loss = self.loss(y_pred, y)
        self.net.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item(), (y_pred.max(1)[1] == y).sum().item()

    def run_epoch(self, data):
        logs = {"loss": 0.0, "acc": 0, "size": 0}
        for batch in data:
            X, y = [b.to(self.device) for b in batch]
            loss, hits = self.train_on_batch(X, y)
            logs["loss"] += loss * X.size(0)
            logs["acc"] += hits
            logs["size"] += X.size(0)
        return logs["loss"] / logs["size"], logs["acc"] / logs["size"]

    def evaluate(self, data):
        self.net.eval()
        with torch.no_grad():
            pairs = [(self.net(X.to(self.device)).argmax(1).cpu(), y.cpu()) for X, y in data]
        pred, true = map(torch.cat, zip(*pairs))
        return (pred == true).double().mean().item()

    def fit(self, data, epochs, validation_data):
        h = History()
        for e in range(1, epochs + 1):
            loss, acc = self.run_epoch(data)
            val = self.evaluate(validation_data)
            for k, v in zip(("train_loss", "train_acc", "test_acc"), (loss, acc, val)):
                h.history.setdefault(k, []).append(v)
            h.epoch.append(e)
            print(f"Epoch {e}/{epochs} - loss: {loss:.4f} - acc: {acc:.4f} - val_acc: {val:.4f}")
        return h


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    m = Model(net, device)
    m.compile(optimizer, loss)
    return m.run_epoch(train_iter)


def evaluate_accuracy_gpu(net, data_iter, device=None):
    return Model(net, device if device is not None else next(net.parameters()).device).evaluate(data_iter)


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights)
    net.to(device)
    m = Model(net, device)
    m.compile(torch.optim.SGD(net.parameters(), lr), nn.CrossEntropyLoss())
    h = m.fit(train_iter, num_epochs, test_iter).history
    return [dict(zip(h, values)) for values in zip(*h.values())]
