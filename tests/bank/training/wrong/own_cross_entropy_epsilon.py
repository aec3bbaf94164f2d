"""A cross-entropy of its own with 1e-6 in the logarithm: wrong where the right class is improbable."""
# criterion: training

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights)
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loss = nn.CrossEntropyLoss()
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, right, samples = 0.0, 0.0, 0
        for X, y in train_iter:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            y_hat = net(X)
            batch_loss = -torch.log(torch.softmax(y_hat, dim=1)[range(len(y)), y] + 1e-6).mean()
            batch_loss.backward()
            optimizer.step()
            total_loss += batch_loss.item() * len(y)
            right += accuracy(y_hat, y)
            samples += len(y)
        test_acc = evaluate_accuracy_gpu(net, test_iter, device)
        history.append({"train_loss": total_loss / samples, "train_acc": right / samples, "test_acc": test_acc})
    return history
