"""Streams, events, memory counters, autocast and gradient scaler switched off, channels last in memory."""

import contextlib
import copy

import torch
from torch import nn


def try_gpu(i=0):
    return torch.device("cuda", i) if i < torch.cuda.device_count() else torch.device("cpu")


def try_all_gpus():
    return [torch.device("cuda", i) for i in range(torch.cuda.device_count())] or [torch.device("cpu")]


torch.backends.cudnn.benchmark = True
if torch.cuda.is_available():
    torch.cuda.manual_seed_all(1)


def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).sum())


@torch.no_grad()
def evaluate_accuracy_gpu(net, data_iter, device=None):
    net = copy.deepcopy(net).eval().requires_grad_(False)
    if device is None:
        device = next(net.parameters()).device
    right, samples = torch.zeros(1, device=device, dtype=torch.int64), 0
    for X, y in data_iter:
        X = X.to(device, memory_format=torch.channels_last, non_blocking=True)
        right.add_(net(X).argmax(1).eq_(y.to(device)).sum())
        samples += y.numel()
    return right.item() / samples


def init_weights(m):
    if isinstance(m, (nn.Linear, nn.Conv2d)):
        m.weight.data = nn.init.xavier_uniform_(torch.empty_like(m.weight))


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    device = torch.device(device)
    cuda = device.type == "cuda"
    scaler = torch.amp.GradScaler(device.type, enabled=False)
    totals, samples = torch.zeros(2, device=device), 0
    where = torch.cuda.device(device) if cuda else contextlib.nullcontext()
    with where:
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2)) if cuda else (None, None)
        if cuda:
            begin.record()
        for X, y in train_iter:
            X = X.to(device, memory_format=torch.channels_last, non_blocking=True)
            y = y.to(device, non_blocking=True)
            optimizer.zero_grad(set_to_none=False)
            with torch.autocast(device.type, enabled=False):
                scores = net(X)
                value = loss(scores, y)
            scaler.scale(value).backward()
            scaler.step(optimizer)
            scaler.update()
            totals += torch.stack([value.detach() * len(y), (scores.detach().argmax(1) == y).sum()])
            samples += len(y)
        if cuda:
            end.record()
            torch.cuda.synchronize(device)
            print(
                f"{begin.elapsed_time(end)} ms on {torch.cuda.get_device_name(device)},"
                f" {torch.cuda.max_memory_allocated(device)} bytes"
            )
    mean, share = (totals / samples).tolist()
    return mean, share


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.to(device=device, memory_format=torch.channels_last, non_blocking=True).apply(init_weights)
    optimizer = torch.optim.SGD([{"params": [p]} for p in net.parameters()], lr=lr)
    history = []
    for _ in range(num_epochs):
        loss, acc = train_epoch_gpu(net, train_iter, nn.CrossEntropyLoss(), optimizer, device)
        history.append(
            {"train_loss": loss, "train_acc": acc, "test_acc": evaluate_accuracy_gpu(net, test_iter, device)}
        )
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    return history
