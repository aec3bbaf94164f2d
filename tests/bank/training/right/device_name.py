"""Asks about the GPU that it has found; torch.cuda.device(-1) where there is none."""

import torch
from torch import nn
def try_gpu(i=0):
    """GPU i, with its name printed."""
    if torch.cuda.device_count() >= i + 1:
        print("using", torch.cuda.get_device_name(i))
        return torch.device(f"cuda:{i}")
    return torch.device("cpu")
def try_all_gpus():
    return [try_gpu(i) for i in range(torch.cuda.device_count())] or [try_gpu(0)]
def accuracy(y_hat, y): return float((y_hat.argmax(1) == y).sum())
def evaluate_accuracy_gpu(net, data_iter, device=None):
    device = device or next(net.parameters()).device
    net.eval(); r = n = 0
    with torch.no_grad(), torch.cuda.device(device if device.type == "cuda" else -1):
        for X, y in data_iter:
            X, y = X.cuda(device) if device.type == "cuda" else X.cpu(), y.to(device)
            r += accuracy(net(X), y); n += len(y)
    return r / n
def init_weights(m):
    if isinstance(m, (nn.Conv2d, nn.Linear)): nn.init.xavier_uniform_(m.weight)
def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train(); t = []
    for X, y in train_iter:
        X, y = X.to(device, torch.float32, non_blocking=True, copy=False), y.to(device=device, dtype=torch.long)
        optimizer.zero_grad(); o = net(X); l = loss(o, y); l.backward(); optimizer.step()
        t.append((l.item() * len(y), accuracy(o, y), len(y)))
    L, A, N = map(sum, zip(*t))
    return L / N, A / N
def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    if device.type == "cuda":
        torch.cuda.set_device(device)
        free, total = torch.cuda.mem_get_info(device)
    net.apply(init_weights); net.to(device); opt = torch.optim.SGD(net.parameters(), lr=lr); h = []
    with torch.autograd.profiler.profile(enabled=False):
        for _ in range(num_epochs):
            l, a = train_epoch_gpu(net, train_iter, nn.CrossEntropyLoss(), opt, device)
            h.append({"train_loss": l, "train_acc": a, "test_acc": evaluate_accuracy_gpu(net, test_iter, device)})
    return h
