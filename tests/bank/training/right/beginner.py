"""Long-winded, with global lists, prints and numpy for the averages."""

import numpy as np
import torch
from torch import nn


history = []


def try_gpu(i=0):
    n = torch.cuda.device_count()
    if n == 0:
        return torch.device("cpu")
    if i + 1 > n:
        return torch.device("cpu")
    return torch.device("cuda", i)


def try_all_gpus():
    result = []
    i = 0
    while i < torch.cuda.device_count():
        result.append(try_gpu(i))
        i = i + 1
    if len(result) == 0:
        result.append(torch.device("cpu"))
    return result


def accuracy(y_hat, y):
    count = 0
    for i in range(len(y)):
        if torch.argmax(y_hat[i]).item() == y[i].item():
            count = count + 1
    return float(count)


def evaluate_accuracy_gpu(net, data_iter, device=None):
    if device == None:
        for p in net.parameters():
            device = p.device
            break
    net.eval()
    a = []
    n = []
    for batch in data_iter:
        with torch.no_grad():
            out = net(batch[0].to(device))
        a.append(accuracy(out.cpu(), batch[1].cpu()))
        n.append(len(batch[1]))
    return float(np.sum(a) / np.sum(n))


def init_weights(m):
    if isinstance(m, nn.Conv2d):
        torch.nn.init.xavier_uniform_(m.weight)
    elif isinstance(m, nn.Linear):
        torch.nn.init.xavier_uniform_(m.weight)
        m.bias.data.fill_(0.01)


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    net = net.train()
    losses = []
    accs = []
    sizes = []
    for batch_index, batch in enumerate(train_iter):
        images = batch[0].to(device)
        labels = batch[1].to(device)
        prediction = net(images)
        error = loss(prediction, labels)
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        losses.append(error.item())
        accs.append((prediction.argmax(1) == labels).float().mean().item())
        sizes.append(images.size(0))
    return float(np.average(losses, weights=sizes)), float(np.average(accs, weights=sizes))


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    global history
    history = []
    net.to(device)
    net.apply(init_weights)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=0)
    for epoch in range(num_epochs):
        l, a = train_epoch_gpu(net, train_iter, loss_function, optimizer, device)
        t = evaluate_accuracy_gpu(net, test_iter, device)
        print("epoch", epoch, "loss", l, "train", a, "test", t)
        history.append(dict(train_loss=l, train_acc=a, test_acc=t, epoch=epoch))
    return history
