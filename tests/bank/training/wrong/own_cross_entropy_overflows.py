"""Softmax and cross-entropy by their formulas: the exponential overflows."""
# criterion: training

import torch
from reference import *  # the reference solution of the same exercise; only in the bank


def loss(y_hat, y):
    shares = y_hat.exp() / y_hat.exp().sum(1, keepdim=True)
    return -torch.log(shares[torch.arange(len(y), device=y.device), y]).mean()


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    net.apply(init_weights)
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for _ in range(num_epochs):
        train_loss, train_acc = train_epoch_gpu(net, train_iter, loss, optimizer, device)
        test_acc = evaluate_accuracy_gpu(net, test_iter, device)
        history.append({"train_loss": train_loss, "train_acc": train_acc, "test_acc": test_acc})
    return history
