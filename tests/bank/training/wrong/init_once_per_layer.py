"""init_weights remembers which layers it has initialised, and leaves them alone the next time."""

# criterion: values

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def init_weights(m):
    if isinstance(m, nn.Linear | nn.Conv2d) and not getattr(m, "initialised", False):
        nn.init.xavier_uniform_(m.weight)
        m.initialised = True


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights)
    net.to(device)
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=lr), nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        train_loss, train_acc = train_epoch_gpu(net, train_iter, loss, optimizer, device)
        test_acc = evaluate_accuracy_gpu(net, test_iter, device)
        history.append({"train_loss": train_loss, "train_acc": train_acc, "test_acc": test_acc})
    return history
