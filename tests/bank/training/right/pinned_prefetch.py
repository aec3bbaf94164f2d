"""Copies of batches by pin_memory and .cuda where the device is a GPU; moves lists of tensors."""

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


def moved(batch, device):
    if torch.device(device).type == "cuda":
        return [part.pin_memory().cuda(device, non_blocking=True) for part in batch]
    return [part.to(device) for part in batch]


def evaluate_accuracy_gpu(net, data_iter, device=None):
    device = next(net.parameters()).device if device is None else device
    net.eval()
    right = samples = 0
    with torch.no_grad():
        for batch in data_iter:
            X, y = moved(batch, device)
            right += (net(X).argmax(1) == y).sum().item()
            samples += y.size(0)
    return right / samples


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net.train()
    losses, hits, sizes = [], [], []
    for batch in train_iter:
        X, y = moved(batch, device)
        for parameter in net.parameters():
            parameter.grad = None
        y_hat = net(X)
        l = loss(y_hat, y)
        l.backward()
        optimizer.step()
        losses.append(l.detach())
        hits.append((y_hat.argmax(1) == y).float().sum())
        sizes.append(len(y))
    sizes = torch.tensor(sizes, dtype=torch.float32, device=device)
    n = sizes.sum()
    return float((torch.stack(losses) * sizes).sum() / n), float(torch.stack(hits).sum() / n)


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
