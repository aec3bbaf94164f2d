"""Makes the given device the default one for good."""
# criterion: device

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from torch import nn


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    torch.set_default_device(device)
    net.apply(init_weights)
    net.to(device)
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=lr), nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        train_loss, train_acc = train_epoch_gpu(net, train_iter, loss, optimizer, device)
        test_acc = evaluate_accuracy_gpu(net, test_iter, device)
        history.append({"train_loss": train_loss, "train_acc": train_acc, "test_acc": test_acc})
    return history
