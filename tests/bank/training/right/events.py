"""An engine that fires events, and handlers of its own for each."""

import collections
from enum import Enum
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


class Events(Enum):
    EPOCH_STARTED = 1
    ITERATION_COMPLETED = 2
    EPOCH_COMPLETED = 3


class State:
    pass


class Engine:
    def __init__(self, process):
        self.process, self.handlers, self.state = process, collections.defaultdict(list), State()

    def on(self, event):
        def deco(f):
            self.handlers[event].append(f)
            return f

        return deco

    def fire(self, event):
        for f in self.handlers[event]:
            f(self)

    def run(self, data, max_epochs=1):
        for self.state.epoch in range(1, max_epochs + 1):
            self.fire(Events.EPOCH_STARTED)
            for batch in data:
                self.state.output = self.process(self, batch)
                self.fire(Events.ITERATION_COMPLETED)
            self.fire(Events.EPOCH_COMPLETED)
        return self.state


def attach_metrics(engine):
    @engine.on(Events.EPOCH_STARTED)
    def reset(e):
        e.state.sums = collections.Counter()

    @engine.on(Events.ITERATION_COMPLETED)
    def update(e):
        loss, y_pred, y = e.state.output
        e.state.sums.update(loss=loss * len(y), right=accuracy(y_pred, y), n=len(y))

    @engine.on(Events.EPOCH_COMPLETED)
    def compute(e):
        s = e.state.sums
        e.state.metrics = {"loss": s["loss"] / s["n"], "accuracy": s["right"] / s["n"]}


def create_trainer(net, optimizer, loss_fn, device):
    def update(engine, batch):
        net.train()
        optimizer.zero_grad()
        x, y = batch[0].to(device), batch[1].to(device)
        y_pred = net(x)
        loss = loss_fn(y_pred, y)
        loss.backward()
        optimizer.step()
        return loss.item(), y_pred.detach(), y

    e = Engine(update)
    attach_metrics(e)
    return e


def create_evaluator(net, device):
    def infer(engine, batch):
        net.eval()
        with torch.no_grad():
            x, y = batch[0].to(device), batch[1].to(device)
            return 0.0, net(x), y

    e = Engine(infer)
    attach_metrics(e)
    return e


def evaluate_accuracy_gpu(net, data_iter, device=None):
    return create_evaluator(net, device or next(net.parameters()).device).run(data_iter).metrics["accuracy"]


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    m = create_trainer(net, optimizer, loss, device).run(train_iter).metrics
    return m["loss"], m["accuracy"]


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights).to(device)
    trainer = create_trainer(net, torch.optim.SGD(net.parameters(), lr=lr), nn.CrossEntropyLoss(), device)
    evaluator, history = create_evaluator(net, device), []

    @trainer.on(Events.EPOCH_COMPLETED)
    def validate(e):
        test = evaluator.run(test_iter).metrics["accuracy"]
        history.append(
            collections.OrderedDict(
                train_loss=e.state.metrics["loss"], train_acc=e.state.metrics["accuracy"], test_acc=test
            )
        )

    trainer.run(train_iter, max_epochs=num_epochs)
    return history
