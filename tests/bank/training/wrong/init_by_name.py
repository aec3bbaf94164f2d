"""Whatever has Linear or Conv2d in its class's name is initialised, blocks too."""

# criterion: values

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


def init_weights(m):
    name = m.__class__.__name__
    if name.find('Conv2d') != -1 or name.find('Linear') != -1:
        nn.init.xavier_uniform_(m.weight.data)


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights)
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loss = nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        train_loss, train_acc = train_epoch_gpu(net, train_iter, loss, optimizer, device)
        history.append({'train_loss': train_loss, 'train_acc': train_acc, 'test_acc': evaluate_accuracy_gpu(net, test_iter, device)})
    return history
