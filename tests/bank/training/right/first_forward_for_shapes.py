"""Runs one batch through the net before the initialisation, as lazy layers need it; a thread prefetches; draws plots."""

import queue
import threading
import warnings

import torch
from torch import nn


def try_gpu(i=0):
    return torch.device("cuda", i) if i < torch.cuda.device_count() else torch.device("cpu")


def try_all_gpus():
    return [torch.device("cuda", i) for i in range(torch.cuda.device_count())] or [torch.device("cpu")]


try:
    from tqdm import tqdm
except ImportError:
    tqdm = None
try:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt
except ImportError:
    plt = None


def accuracy(y_hat, y):
    return float(sum(int(row.argmax()) == int(label) for row, label in zip(y_hat.cpu(), y.cpu())))


def prefetched(batches, device):
    box = queue.Queue(2)

    def fill():
        for X, y in batches:
            box.put((X.to(device), y.to(device)))
        box.put(None)

    threading.Thread(target=fill, daemon=True).start()
    yield from iter(box.get, None)


def evaluate_accuracy_gpu(net, data_iter, device=None):
    net.eval()
    device = device or next(p for p in net.parameters()).device
    right = count = 0
    with torch.no_grad():
        for X, y in prefetched(data_iter, device):
            right += int((net(X).argmax(-1) == y).sum())
            count += len(y)
    return right / count


def init_weights(m):
    if type(m) in (nn.Linear, nn.Conv2d):
        fans = m.weight[0].numel() + m.weight.numel() // m.weight.shape[1]
        bound = (6 / fans) ** 0.5
        with torch.no_grad():
            m.weight.copy_(torch.empty_like(m.weight).uniform_(-bound, bound))


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    sums = {"loss": 0.0, "right": 0.0, "count": 0}
    for X, y in tqdm(prefetched(train_iter, device)) if tqdm else prefetched(train_iter, device):
        optimizer.zero_grad()
        scores = net(X)
        value = loss(scores, y)
        value.backward()
        optimizer.step()
        sums["loss"] += value.item() * len(y)
        sums["right"] += int((scores.argmax(-1) == y).sum())
        sums["count"] += len(y)
    return [sums["loss"] / sums["count"], sums["right"] / sums["count"]]


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.to(device)
    net.eval()
    with torch.no_grad():
        X, _ = next(iter(train_iter))
        print("scores of the untrained net:", tuple(net(X.to(device)).shape))
    net.apply(init_weights)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        loss, acc = train_epoch_gpu(net, train_iter, nn.CrossEntropyLoss(), optimizer, device)
        history += [{"train_loss": loss, "train_acc": acc, "test_acc": evaluate_accuracy_gpu(net, test_iter, device)}]
        warnings.warn(f"epoch {epoch}: loss {loss:.3f}", stacklevel=1)
    if plt is not None:
        figure, axes = plt.subplots()
        axes.plot([entry["train_loss"] for entry in history])
        figure.savefig("history.png")
        plt.close(figure)
    return history
