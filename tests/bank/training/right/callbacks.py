"""A learner with callbacks."""

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


class CancelBatchException(Exception):
    pass


class Callback:
    order = 0

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.__dict__["learn"], name)


class DeviceCB(Callback):
    def before_batch(self, learn):
        learn.xb, learn.yb = learn.xb.to(learn.device), learn.yb.to(learn.device)


class RecorderCB(Callback):
    order = 10

    def before_epoch(self, learn):
        self.losses, self.hits, self.ns = [], [], []

    def after_batch(self, learn):
        self.losses.append(learn.loss.detach() * len(learn.yb))
        self.hits.append((learn.preds.detach().argmax(dim=1) == learn.yb).float().sum())
        self.ns.append(len(learn.yb))

    def after_epoch(self, learn):
        n = sum(self.ns)
        learn.metrics = (torch.stack(self.losses).sum() / n).item(), (torch.stack(self.hits).sum() / n).item()


class Learner:
    def __init__(self, model, dl, loss_func, opt, device, cbs=()):
        self.model, self.dl, self.loss_func, self.opt, self.device = model, dl, loss_func, opt, device
        self.cbs = sorted(cbs, key=lambda c: c.order)

    def __call__(self, name):
        for cb in self.cbs:
            getattr(type(cb), name, lambda *a: None)(cb, self)

    def one_batch(self):
        self("before_batch")
        self.preds = self.model(self.xb)
        self.loss = self.loss_func(self.preds, self.yb)
        if self.model.training:
            self.loss.backward()
            self.opt.step()
            self.opt.zero_grad()
        self("after_batch")

    def one_epoch(self, train):
        self.model.train(train)
        self("before_epoch")
        for self.xb, self.yb in self.dl:
            try:
                self.one_batch()
            except CancelBatchException:
                pass
        self("after_epoch")
        return self.metrics


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    return Learner(net, train_iter, loss, optimizer, device, [DeviceCB(), RecorderCB()]).one_epoch(True)


def evaluate_accuracy_gpu(net, data_iter, device=None):
    if device is None:
        device = next(net.parameters()).device
    with torch.no_grad():
        return Learner(net, data_iter, nn.CrossEntropyLoss(), None, device, [DeviceCB(), RecorderCB()]).one_epoch(
            False
        )[1]
