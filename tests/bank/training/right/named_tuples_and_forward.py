"""Calls net.forward; results are named tuples and ordered dicts that hold more than is asked for."""

import math
import time
from collections import OrderedDict
from typing import NamedTuple

import torch
from torch import nn


def try_gpu(i=0):
    return torch.device("cuda", i) if i < torch.cuda.device_count() else torch.device("cpu")


def try_all_gpus():
    return [torch.device("cuda", i) for i in range(torch.cuda.device_count())] or [torch.device("cpu")]


class Epoch(NamedTuple):
    loss: float
    accuracy: float


def accuracy(y_hat, y):
    return y_hat.max(-1).indices.eq(y).sum().double().item()


def evaluate_accuracy_gpu(net, data_iter, device=None, *, verbose=False):
    device = device if device is not None else next(iter(net.state_dict().values())).device
    was_training = net.training
    net.train(False)
    with torch.inference_mode():
        pairs = [(accuracy(net.forward(X.to(device)), y.to(device)), len(X)) for X, y in data_iter]
    net.train(was_training)
    right, samples = map(sum, zip(*pairs, strict=True))
    return right / samples


def init_weights(m):
    match m:
        case nn.Linear() | nn.Conv2d():
            nn.init.xavier_uniform_(m.weight)
            if m.bias is not None:
                nn.init.zeros_(m.bias)


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    losses, rights, sizes = [], [], []
    for batch in train_iter:
        X, y = (part.to(device, non_blocking=True) for part in batch)
        scores = net.forward(X)
        value = loss(scores, y)
        value.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(value.item())
        rights.append(accuracy(scores.detach(), y))
        sizes.append(y.shape[0])
    mean = math.fsum(a * b for a, b in zip(losses, sizes, strict=True)) / sum(sizes)
    return Epoch(mean, sum(rights) / sum(sizes))


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net = net.to(device).apply(init_weights)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for number in range(1, num_epochs + 1):
        began = time.perf_counter()
        loss, acc = train_epoch_gpu(net, train_iter, nn.CrossEntropyLoss(), optimizer, device)
        entry = OrderedDict(epoch=f"{number}/{num_epochs}", lr=[group["lr"] for group in optimizer.param_groups])
        entry.update(train_loss=loss, train_acc=acc, test_acc=evaluate_accuracy_gpu(net, test_iter), device=str(device))
        entry["seconds"], entry["note"] = time.perf_counter() - began, None
        history.append(entry)
    return history
