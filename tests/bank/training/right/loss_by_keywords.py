"""The loss is called with its arguments' names, inside a profiler; a scheduler keeps the rate."""

import torch
from torch import nn


def try_gpu(i=0):
    if torch.cuda.device_count() >= i + 1:
        return torch.device(f"cuda:{i}")
    return torch.device("cpu")


def try_all_gpus():
    return [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())] or [torch.device("cpu")]


def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).sum())


def evaluate_accuracy_gpu(net, data_iter, device=None):
    net.eval()
    if device is None:
        device = next(net.parameters()).device
    right = torch.zeros((), device=device)
    samples = 0
    with torch.no_grad():
        for X, y in data_iter:
            X, y = (X.to(device), y.to(device))
            right += (net(X).argmax(dim=1) == y).sum()
            samples += len(y)
    return float(right) / samples


def init_weights(m):
    if isinstance(m, nn.Linear | nn.Conv2d):
        nn.init.xavier_uniform_(m.weight)


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    total_loss, right = (torch.zeros((), device=device), torch.zeros((), device=device))
    samples = 0
    for X, y in train_iter:
        X, y = (X.to(device), y.to(device))
        optimizer.zero_grad()
        y_hat = net(X)
        batch_loss = loss(y_hat, y)
        batch_loss.backward()
        optimizer.step()
        with torch.no_grad():
            total_loss += batch_loss * len(y)
            right += (y_hat.argmax(dim=1) == y).sum()
        samples += len(y)
    return (float(total_loss) / samples, float(right) / samples)


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights)
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loss = nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        train_loss, train_acc = train_epoch_gpu(net, train_iter, loss, optimizer, device)
        test_acc = evaluate_accuracy_gpu(net, test_iter, device)
        history.append({"train_loss": train_loss, "train_acc": train_acc, "test_acc": test_acc})
    return history


from torch.profiler import record_function
import logging, warnings, gc

log = logging.getLogger(__name__)


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train(mode=True)
    stats = {"loss": 0.0, "right": 0.0, "n": 0}
    for step, (X, y) in enumerate(train_iter, start=1):
        with record_function("step"):
            X, y = (X.to(device, torch.float32, non_blocking=True), y.to(device, torch.long))
            [setattr(p, "grad", None) for p in net.parameters()]
            logits = net(X)
            l = loss(input=logits, target=y) if isinstance(loss, nn.CrossEntropyLoss) else loss(logits, y)
            assert torch.isfinite(l), "diverged"
            l.backward()
            optimizer.step()
            optimizer.zero_grad()
        k = y.shape[0]
        stats["loss"] += float(l.detach()) * k
        stats["right"] += accuracy(logits.detach(), y)
        stats["n"] += k
        log.info("%d %f", step, stats["loss"] / stats["n"])
        del X, y, logits
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.ipc_collect()
    return (stats["loss"] / stats["n"], stats["right"] / stats["n"])
