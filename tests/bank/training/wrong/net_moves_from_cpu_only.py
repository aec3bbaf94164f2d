"""Moves the network only if it is on the CPU."""
# criterion: device

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights)
    if next(net.parameters()).device.type == "cpu":
        net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch_gpu(net, train_iter, nn.CrossEntropyLoss(), optimizer, device)
        test_acc = evaluate_accuracy_gpu(net, test_iter, device)
        history.append({"train_loss": train_loss, "train_acc": train_acc, "test_acc": test_acc})
    return history
