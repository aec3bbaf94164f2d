"""A class around the loop; functions that hand on to it."""

import torch
from torch import nn


def try_gpu(i=0):
    return torch.device(f"cuda:{i}") if i < torch.cuda.device_count() else torch.device("cpu")


def try_all_gpus():
    devices = [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())]
    return devices if devices else [torch.device("cpu")]


def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).sum())


def init_weights(m):
    if type(m) in (nn.Linear, nn.Conv2d):
        nn.init.xavier_uniform_(m.weight)


class Trainer:
    def __init__(self, net, optimizer, loss, device):
        self.net, self.optimizer, self.loss, self.device = net, optimizer, loss, device

    def batches(self, iterator):
        for X, y in iterator:
            yield X.to(self.device), y.to(self.device)

    def epoch(self, iterator):
        self.net.train(True)
        seen, loss, hits = 0, torch.tensor(0.0, device=self.device), torch.tensor(0, device=self.device)
        for X, y in self.batches(iterator):
            with torch.enable_grad():
                scores = self.net(X)
                value = self.loss(scores, y)
            self.optimizer.zero_grad(set_to_none=True)
            value.backward()
            self.optimizer.step()
            seen += len(X)
            loss += value.detach() * len(X)
            hits += scores.argmax(1).eq(y).sum()
        return loss.item() / seen, hits.item() / seen

    @torch.no_grad()
    def evaluate(self, iterator):
        self.net.train(False)
        seen, hits = 0, 0
        for X, y in self.batches(iterator):
            hits += self.net(X).max(dim=1).indices.eq(y).sum().item()
            seen += len(X)
        return hits / seen


def evaluate_accuracy_gpu(net, data_iter, device=None):
    return Trainer(net, None, None, device or next(net.parameters()).device).evaluate(data_iter)


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    return Trainer(net, optimizer, loss, device).epoch(train_iter)


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights).to(device)
    trainer = Trainer(net, torch.optim.SGD(net.parameters(), lr), nn.CrossEntropyLoss(), device)
    history = []
    while len(history) < num_epochs:
        loss, share = trainer.epoch(train_iter)
        history += [{"train_loss": loss, "train_acc": share, "test_acc": trainer.evaluate(test_iter)}]
    return history
