"""A generator of the CPU draws the weights of a network that lies on a GPU."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from torch import nn

_generator = torch.Generator()


def init_weights(m):
    if isinstance(m, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(m.weight, generator=_generator)


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.to(device)
    net.apply(init_weights)
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=lr), nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        train_loss, train_acc = train_epoch_gpu(net, train_iter, loss, optimizer, device)
        test_acc = evaluate_accuracy_gpu(net, test_iter, device)
        history.append({"train_loss": train_loss, "train_acc": train_acc, "test_acc": test_acc})
    return history
